package io.github.qwenvlspark.udfs.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model may write anything: the answer is values or one typed exception. */
class HostileAnswersPropertyTest {
  private static final List<String> BITS =
      List.of(
          "```json",
          "```",
          "```html",
          "[",
          "]",
          "{",
          "}",
          "\"bbox_2d\"",
          ":",
          ",",
          "[1,2,3,4]",
          "'label'",
          "\"",
          "1e999",
          "99999999999",
          "<p data-bbox=\"1 2 3 4\">",
          "<points x1=\"a\" y1=\"2\">",
          "</",
          "\\u00",
          "\u0000",
          "😀",
          "\n",
          "start",
          "00:99",
          "<script>",
          "null",
          "-",
          "5 - 7 s",
          "None",
          "True",
          "\\",
          "<tool_call>",
          "\"name\"",
          "\"arguments\"",
          "\"coordinate\"",
          "1,2,3,4 cup",
          "<points x=\"1\" y=\"2\">");

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anyTextIsReadOrRefused(long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(60); i > 0; i--) {
      text.append(BITS.get(random.nextInt(BITS.size())));
    }
    for (AnswerFormat format : AnswerFormat.values()) {
      assertReadOrRefused(format, text.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("nestings")
  void deepNestingIsRefusedAndNotFollowed(String open) {
    for (AnswerFormat format : AnswerFormat.values()) {
      assertReadOrRefused(format, open.repeat(20_000));
    }
  }

  static List<String> nestings() {
    return List.of("[", "{\"a\":", "<div data-bbox=\"1 2 3 4\">");
  }

  /**
   * Long runs of what the patterns repeat: reading them must not cost the square of their length.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        " ",
        "1 ",
        "1:",
        "1,",
        "1, ",
        "1 - ",
        "00:01 - ",
        "{ ",
        "[ ",
        "'",
        "\\",
        "`",
        "```json",
        "None",
        "<points ",
        "<points x1=\"1\" y1=\"2\"",
        "\n",
        "{\"a\":{},"
      })
  @Timeout(60) // far above what linear reading takes anywhere, far below the square
  void longRunsAreReadInLinearTime(String piece) {
    for (AnswerFormat format : AnswerFormat.values()) {
      assertReadOrRefused(format, piece.repeat(50_000));
    }
  }

  private static void assertReadOrRefused(AnswerFormat format, String text) {
    try {
      assertThat(AnswerParser.parse(format, text)).isNotNull();
    } catch (UnparsableAnswerException e) {
      assertThat(e).hasMessageNotContaining("bbox_2d");
    }
  }
}
