package io.github.qwenvlspark.runtime.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import io.github.qwenvlspark.runtime.testing.PublishedTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QwenTokenizerGoldenTest {
  @TempDir static Path temp;
  private static QwenTokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = PublishedTokenizer.open(temp);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void allStringsEncodeAndDecodeLikeTheReference() throws IOException {
    for (JsonNode testCase : cases("text/strings.json")) {
      String text = testCase.path("text").asText();
      List<Integer> ids = ints(testCase.path("ids"));
      assertThat(encode(text)).as(text).isEqualTo(ids);
      String decoded = testCase.path("decoded").asText();
      assertThat(tokenizer.decodeWithSpecialTokens(ids)).isEqualTo(decoded);
      assertThat(tokenizer.decode(ids))
          .isEqualTo(testCase.path("decoded_skip_special").asText(decoded));
    }
  }

  @Test
  void allIdsDecodeLikeTheReference() throws IOException {
    for (JsonNode testCase : cases("text/decode.json")) {
      List<Integer> ids = ints(testCase.path("ids"));
      assertThat(tokenizer.decodeWithSpecialTokens(ids))
          .isEqualTo(testCase.path("decoded").asText());
      assertThat(tokenizer.decode(ids)).isEqualTo(testCase.path("decoded_skip_special").asText());
    }
  }

  @Test
  void aStreamedAnswerEqualsTheWholeOne() throws IOException {
    for (String file : List.of("text/strings.json", "text/decode.json")) {
      for (JsonNode testCase : cases(file)) {
        List<Integer> ids = ints(testCase.path("ids"));
        StreamingDecoder stream = new StreamingDecoder(tokenizer);
        StringBuilder text = new StringBuilder();
        ids.forEach(id -> text.append(stream.add(id)));
        text.append(stream.finish());
        assertThat(text.toString()).isEqualTo(tokenizer.decode(ids));
      }
    }
  }

  @Test
  void anEmojiIsHeldBackUntilItIsWhole() {
    StreamingDecoder stream = new StreamingDecoder(tokenizer);
    List<String> said = new ArrayList<>();
    for (int id : tokenizer.encode("a🦜b")) {
      said.add(stream.add(id));
    }
    assertThat(said).noneMatch(text -> text.contains("\uFFFD"));
    assertThat(String.join("", said)).isEqualTo("a🦜b");
  }

  @Test
  void manyThreadsEncodeAtOnce() throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    cases("text/strings.json").forEach(cases::add);
    assertThat(
            IntStream.range(0, 2000)
                .parallel()
                .mapToObj(i -> cases.get(i % cases.size()))
                .allMatch(c -> encode(c.path("text").asText()).equals(ints(c.path("ids")))))
        .isTrue();
  }

  @Test
  void aFileThatIsNoTokenizerIsNamed() throws IOException {
    Path file = Files.writeString(temp.resolve("broken.json"), "{\"added_tokens\": []}");
    assertThatThrownBy(() -> QwenTokenizer.open(file))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContainingAll("broken.json", "tokenizer.json again");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> QwenTokenizer.open(temp.resolve("none.json")))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContainingAll("none.json", "no such file", "tokenizer.json again");
  }

  @Test
  void theNativeLibraryIsNeverFetchedFromTheInternet() {
    assertThat(System.getProperty("RUST_FLAVOR")).isEqualTo("cpu");
  }

  @Test
  void halfACharacterAndIdsWithoutATokenDoNoHarm() {
    assertThat(tokenizer.decode(encode("a\ud83db"))).startsWith("a").endsWith("b");
    assertThat(tokenizer.decode(encode("a\u0000b"))).isEqualTo("a\u0000b");
    assertThat(tokenizer.decode(List.of(151_665, 9, Integer.MAX_VALUE, -1))).isEqualTo("*");
  }

  private static List<Integer> encode(String text) {
    return Arrays.stream(tokenizer.encode(text)).boxed().toList();
  }

  private static JsonNode cases(String file) throws IOException {
    return new ObjectMapper().readTree(Fixtures.path(file).toFile()).path("cases");
  }

  private static List<Integer> ints(JsonNode node) {
    List<Integer> values = new ArrayList<>();
    node.forEach(value -> values.add(value.asInt()));
    return values;
  }
}
