package io.github.qwenvlspark.udfs.measure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference's answers to the demo's samples, measured as the reference measured them. */
class DemoAccuracyGoldenTest {
  private static final Path SAMPLES = Path.of("../pipeline/demo/samples");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ASKED = List.of("vendor", "invoice_no", "date", "total");
  private static final Map<String, AnswerFormat> FORMATS =
      Map.of(
          "ocr", AnswerFormat.TEXT,
          "caption", AnswerFormat.TEXT,
          "video_caption", AnswerFormat.TEXT,
          "key_information", AnswerFormat.FIELDS,
          "document_parsing", AnswerFormat.HTML,
          "grounding", AnswerFormat.BOXES,
          "video_events", AnswerFormat.MOMENTS);

  private static Stream<JsonNode> lines(String file) {
    try {
      return Files.readAllLines(SAMPLES.resolve(file)).stream().map(DemoAccuracyGoldenTest::json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String page(JsonNode sample) {
    return sample.path("file").asText() + "#" + sample.path("page").asInt();
  }

  static Stream<Arguments> samples() {
    Map<String, JsonNode> truths = new HashMap<>();
    lines("truth.jsonl").forEach(truth -> truths.put(page(truth), truth));
    return lines("golden_outputs.jsonl")
        .map(
            golden ->
                Arguments.of(
                    page(golden) + " " + golden.path("task").asText(),
                    golden,
                    truths.get(page(golden)).path(golden.path("task").asText())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void anAnswerIsRightWhereTheReferenceSaysSo(String name, JsonNode golden, JsonNode truth) {
    assertThat(accuracy(golden, truth).exact() == 1).isEqualTo(golden.path("right").asBoolean());
  }

  /** The figures come from the rules of the demo's training script, over the same two files. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "caption, 31, 31, 0, 1441, 0, 0",
    "document_parsing, 25, 16, 144, 9229, 131, 142",
    "grounding, 6, 6, 0, 792, 12, 12",
    "key_information, 20, 19, 1, 1760, 79, 80",
    "ocr, 25, 24, 3, 2155, 0, 0",
    "video_caption, 5, 5, 0, 177, 0, 0",
    "video_events, 5, 5, 0, 397, 0, 0"
  })
  void theSumsAreTheReferences(
      String task, long samples, long exact, long errors, long length, long right, long parts) {
    Accuracy sum =
        samples()
            .map(Arguments::get)
            .filter(sample -> ((JsonNode) sample[1]).path("task").asText().equals(task))
            .map(sample -> accuracy((JsonNode) sample[1], (JsonNode) sample[2]))
            .reduce(Accuracy.NONE, Accuracy::plus);

    assertThat(sum).isEqualTo(new Accuracy(samples, exact, errors, length, right, parts));
  }

  private static Accuracy accuracy(JsonNode golden, JsonNode truth) {
    AnswerFormat format = FORMATS.get(golden.path("task").asText());
    return Accuracy.of(
        format, golden.path("text").asText(), WantedAnswer.text(format, truth, ASKED));
  }
}
