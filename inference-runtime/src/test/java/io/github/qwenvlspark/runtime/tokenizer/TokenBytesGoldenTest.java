package io.github.qwenvlspark.runtime.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes of tokens, laid end to end, are the text that was encoded. */
class TokenBytesGoldenTest {
  @Test
  void bytesOfATextsTokensAreItsUtf8() {
    try (QwenTokenizer tokenizer =
        QwenTokenizer.open(Fixtures.path("tiny-model-f32/tokenizer.json"))) {
      List<byte[]> bytes = tokenizer.tokenBytes();
      String text = "{\"a\": \"\u00e9 \u4e2d\u6587 \ud83d\ude00\u00ad\u0000\u007f\n\t\"}";
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int id : tokenizer.encode(text)) {
        all.writeBytes(bytes.get(id));
      }

      assertThat(all.toString(StandardCharsets.UTF_8)).isEqualTo(text);
    }
  }

  @Test
  void specialTokensHaveNone() {
    try (QwenTokenizer tokenizer =
        QwenTokenizer.open(Fixtures.path("tiny-model-f32/tokenizer.json"))) {
      List<byte[]> bytes = tokenizer.tokenBytes();

      assertThat(bytes).hasSize(1000);
      assertThat(bytes).allSatisfy(token -> assertThat(token).isNotEmpty());
      assertThat(tokenizer.specialId("<|im_end|>")).hasValue(1002);
    }
  }
}
