package io.github.qwenvlspark.udfs.measure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccuracyTest {
  @Test
  void sumsAreAddedBeforeTheyAreDivided() {
    Accuracy both =
        Accuracy.of(AnswerFormat.TEXT, "ab", "ax")
            .plus(Accuracy.of(AnswerFormat.TEXT, "abcdef", "abcdef"));

    assertThat(both.exactShare()).isEqualTo(0.5);
    assertThat(both.characterErrorRate()).isEqualTo(1 / 8.0);
    assertThat(both.partShare()).isEmpty();
  }

  @Test
  void withoutSamplesNothingIsRight() {
    assertThat(Accuracy.NONE.exactShare()).isZero();
    assertThat(Accuracy.NONE.characterErrorRate()).isZero();
  }

  @Test
  void aMissingFieldIsNotTheSameAsNull() {
    String truth = "{\"total\": \"1\", \"tax\": null}";
    assertThat(Accuracy.of(AnswerFormat.FIELDS, truth, truth).partShare()).hasValue(1);
    assertThat(Accuracy.of(AnswerFormat.FIELDS, "{\"total\": \"1\"}", truth).partShare())
        .hasValue(0.5);
  }

  @Test
  void ofAnUnreadableAnswerNoPartIsRight() {
    Accuracy accuracy = Accuracy.of(AnswerFormat.FIELDS, "I cannot", "{\"total\": \"1\"}");
    assertThat(accuracy.partShare()).hasValue(0);
    assertThat(accuracy.exact()).isZero();
  }

  @Test
  void aBoxIsRightByLabelAndPlace() {
    String truth =
        "[{\"bbox_2d\": [0, 0, 10, 10], \"label\": \"cup\"}, {\"bbox_2d\": [50, 50, 60, 60],"
            + " \"label\": \"jar\"}]";
    String answer =
        "[{\"bbox_2d\": [0, 0, 10, 8], \"label\": \"cup\"}, {\"bbox_2d\": [50, 50, 60, 60],"
            + " \"label\": \"cap\"}]";
    assertThat(Accuracy.of(AnswerFormat.BOXES, answer, truth).partShare()).hasValue(0.5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TEXT | \"a: b,c\" | a: b,c",
        "FIELDS | {\"b\":\"x:y,z\",\"c\":null} | {\"a\": null, \"b\": \"x:y,z\"}",
        "MOMENTS | {\"start\":\"00:01\",\"n\":[1,2]} | {\"start\": \"00:01\", \"n\": [1, 2]}",
        "TOOL_CALL | {\"name\":\"n\"} | <tool_call>~{\"name\": \"n\"}~</tool_call>",
        "BOXES | [{\"label\":\"a\"},{\"label\":\"b\"}] | ```json~[~+{\"label\": \"a\"},~+{\"label\": \"b\"}~]~```"
      })
  void aTruthIsWrittenAsModelsAreTaughtToWriteIt(AnswerFormat format, String truth, String text)
      throws IOException {
    JsonNode value = new ObjectMapper().readTree(truth);
    assertThat(WantedAnswer.text(format, value, List.of("a", "b")))
        .isEqualTo(text.replace('~', '\n').replace('+', '\t'));
  }
}
