package io.github.qwenvlspark.pipeline.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.udfs.measure.Accuracy;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The demo's files, and how well answers match what was drawn on its samples.
 *
 * @param folder holds {@code qwen2.5-vl-demo} and {@code samples}
 */
public record Demo(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ASKED_FIELDS = List.of("vendor", "invoice_no", "date", "total");

  public Path model() {
    return folder.resolve("qwen2.5-vl-demo");
  }

  public Path manifest() {
    return folder.resolve("samples/manifest.jsonl");
  }

  /** One sample: a page (from 0) of a file, and a task. */
  public record Sample(String file, int page, String task) {}

  /** The wanted answer of every sample that has one, in the words that the model was taught. */
  public Map<Sample, String> truths() {
    Map<Sample, String> truths = new HashMap<>();
    try {
      for (String line : Files.readAllLines(folder.resolve("samples/truth.jsonl"))) {
        JsonNode truth = JSON.readTree(line);
        truth
            .properties()
            .forEach(
                entry ->
                    wanted(entry.getKey(), entry.getValue())
                        .ifPresent(
                            text ->
                                truths.put(
                                    new Sample(
                                        truth.path("file").asText(),
                                        truth.path("page").asInt(),
                                        entry.getKey()),
                                    text)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the demo's truth", e);
    }
    return truths;
  }

  private static Optional<String> wanted(String key, JsonNode value) {
    return switch (key) {
      case "ocr", "caption", "document_parsing", "video_caption" -> Optional.of(value.asText());
      case "key_information" -> value.isNull() ? Optional.empty() : Optional.of(fields(value));
      case "grounding" -> Optional.of(boxes(value));
      case "video_events" -> Optional.of(spaced(value));
      default -> Optional.empty();
    };
  }

  private static String fields(JsonNode truth) {
    var asked = JSON.createObjectNode();
    ASKED_FIELDS.forEach(name -> asked.set(name, truth.path(name)));
    return spaced(asked);
  }

  private static String boxes(JsonNode truth) {
    StringBuilder text = new StringBuilder("```json\n[\n");
    for (int i = 0; i < truth.size(); i++) {
      text.append(i == 0 ? "\t" : ",\n\t").append(spaced(truth.get(i)));
    }
    return text.append("\n]\n```").toString();
  }

  /** JSON with a blank after each colon and comma. The truths hold neither in their strings. */
  private static String spaced(JsonNode node) {
    return node.toString().replace("\":", "\": ").replace(",", ", ");
  }

  /** Accuracy by task of answers to samples that have a truth. */
  public Map<String, Accuracy> accuracy(Map<Sample, String> answers) {
    Map<Sample, String> truths = truths();
    Map<String, Accuracy> accuracy = new TreeMap<>();
    answers.forEach(
        (sample, answer) -> {
          String truth = truths.get(sample);
          if (truth != null) {
            accuracy.merge(
                sample.task(), Accuracy.of(AnswerFormat.TEXT, answer, truth), Accuracy::plus);
          }
        });
    return accuracy;
  }
}
