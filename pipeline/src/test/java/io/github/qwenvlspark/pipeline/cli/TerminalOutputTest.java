package io.github.qwenvlspark.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Answers on a terminal. */
class TerminalOutputTest {
  private static String shown(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out =
        new PrintStream(new TerminalOutput(bytes), false, StandardCharsets.UTF_8)) {
      out.print(text);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void escapeSequencesHaveNoEffect() {
    assertThat(shown("a\u001b[2Jb\u0007c\u007fd\re")).isEqualTo("a?[2Jb?c?d?e");
    assertThat(shown("a\u009b2Jb")).isEqualTo("a\u00bf2Jb");
  }

  @Test
  void textOfAnyScriptIsShownAsItIs() {
    String text = "Grüße,\t合計 ５\n😀 Â\u00a0â\u00bf\n";

    assertThat(shown(text)).isEqualTo(text);
  }
}
