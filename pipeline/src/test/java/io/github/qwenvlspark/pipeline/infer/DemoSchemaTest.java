package io.github.qwenvlspark.pipeline.infer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.pipeline.job.Demo;
import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.FinishReason;
import io.github.qwenvlspark.runtime.GenerationOptions;
import io.github.qwenvlspark.runtime.Message;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A trained model with a response schema: kept as it is where it is right, held where it is not.
 */
class DemoSchemaTest {
  private static final Demo DEMO = new Demo(Path.of("demo").toAbsolutePath());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static QwenVl model;

  @BeforeAll
  static void open() {
    model = QwenVl.open(DEMO.model(), new EngineOptions(2, 2, 1024, 512));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Completion ask(String file, String schema) throws IOException {
    byte[] bytes = Files.readAllBytes(DEMO.folder().resolve("samples/inputs/" + file));
    Part picture =
        new Part.Image(ImageDecoder.decode(bytes, MediaLimits.DEFAULT), VisualSize.DEFAULT);
    Part question =
        new Part.Text(
            "Extract the key information as JSON with the fields: vendor, invoice_no, date, total");
    return model.generate(
        new Request(
            List.of(Message.user(picture, question)),
            GenerationOptions.greedy(160).withResponseSchema(schema)));
  }

  private static JsonNode golden(String file) throws IOException {
    for (String line : Files.readAllLines(DEMO.folder().resolve("samples/golden_outputs.jsonl"))) {
      JsonNode golden = JSON.readTree(line);
      if (golden.path("file").asText().equals(file)
          && golden.path("task").asText().equals("key_information")) {
        return golden;
      }
    }
    throw new AssertionError("No golden answer to " + file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"invoice-01.png", "receipt-06.png"})
  void aValidAnswerStaysTheReferencesTokenForToken(String file) throws IOException {
    Completion answer =
        ask(
            file,
            """
            {"type": "object", "required": ["vendor", "invoice_no", "date", "total"], "properties": {
              "vendor": {"type": ["string", "null"]}, "invoice_no": {"type": ["string", "null"]},
              "date": {"type": ["string", "null"]}, "total": {"type": ["string", "null"]}}}
            """);

    JsonNode golden = golden(file);
    assertThat(answer.text()).isEqualTo(golden.path("text").asText());
    assertThat(answer.tokenIds().stream().map(String::valueOf).collect(Collectors.joining(",")))
        .as("all but the end token, which is no longer needed")
        .isEqualTo(JSON.writeValueAsString(golden.path("ids")).replaceAll("^\\[|,\\d+]$", ""));
    assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"invoice-01.png", "receipt-06.png"})
  void anAnswerThatWouldNotFitIsMadeToFit(String file) throws IOException {
    Completion answer =
        ask(
            file,
            """
            {"type": "object", "required": ["date", "total"], "properties": {
              "date": {"type": "string", "format": "date"},
              "total": {"type": "number", "minimum": 0, "multipleOf": 0.01}}}
            """);

    JsonNode document = JSON.readTree(answer.text());
    assertThat(LocalDate.parse(document.path("date").asText())).isNotNull();
    assertThat(document.path("total").decimalValue().scale()).isLessThanOrEqualTo(2);
    assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
  }
}
