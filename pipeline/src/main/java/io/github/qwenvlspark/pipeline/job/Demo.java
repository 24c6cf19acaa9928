package io.github.qwenvlspark.pipeline.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.udfs.measure.Accuracy;
import io.github.qwenvlspark.udfs.measure.WantedAnswer;
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
  private static final Map<String, AnswerFormat> FORMATS =
      Map.of(
          "ocr", AnswerFormat.TEXT,
          "caption", AnswerFormat.TEXT,
          "video_caption", AnswerFormat.TEXT,
          "document_parsing", AnswerFormat.HTML,
          "key_information", AnswerFormat.FIELDS,
          "grounding", AnswerFormat.BOXES,
          "video_events", AnswerFormat.MOMENTS);
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
    return value.isNull()
        ? Optional.empty()
        : Optional.ofNullable(FORMATS.get(key))
            .map(format -> WantedAnswer.text(format, value, ASKED_FIELDS));
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
