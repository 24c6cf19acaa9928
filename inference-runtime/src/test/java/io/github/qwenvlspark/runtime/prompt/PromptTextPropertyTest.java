package io.github.qwenvlspark.runtime.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.testing.PublishedTokenizer;
import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PromptTextPropertyTest {
  private static final List<String> HARMLESS =
      List.of(
          "<", "|", "<|", "|>", "im_end", "a", " ", "\n", "  \n", "é", "价", "🦜", "<tool_call>");

  @TempDir static Path temp;
  private static QwenTokenizer tokenizer;
  private static List<String> special;
  private static Set<Integer> specialIds;

  @BeforeAll
  static void open() {
    tokenizer = PublishedTokenizer.open(temp);
    special = List.copyOf(tokenizer.specialStrings());
    specialIds =
        special.stream()
            .map(token -> tokenizer.specialId(token).orElseThrow())
            .collect(Collectors.toSet());
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void plainTextNeverBecomesASpecialTokenAndIsReadAsItStands(long seed) {
    Random random = new Random(seed);
    PromptText text = new PromptText(tokenizer.specialStrings());
    StringBuilder whole = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      String piece = hostile(random);
      text.plain(piece);
      whole.append(piece);
    }

    List<Integer> ids = encode(text);

    assertThat(ids).doesNotContainAnyElementsOf(specialIds);
    assertThat(tokenizer.decodeWithSpecialTokens(ids)).isEqualTo(whole.toString());
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void withoutSpecialStringsTheIdsAreThoseOfTheWholeText(long seed) {
    Random random = new Random(seed);
    PromptText text = new PromptText(tokenizer.specialStrings());
    StringBuilder whole = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      String piece = HARMLESS.get(random.nextInt(HARMLESS.size())) + random.nextInt(100);
      whole.append(piece);
      if (i % 3 == 0) {
        text.markup(piece);
      } else {
        text.plain(piece);
      }
    }

    assertThat(encode(text))
        .isEqualTo(Arrays.stream(tokenizer.encode(whole.toString())).boxed().toList());
  }

  /** A special string, a part of one, or something else; neighbours may join to one. */
  private static String hostile(Random random) {
    String token = special.get(random.nextInt(special.size()));
    return switch (random.nextInt(4)) {
      case 0 -> token;
      case 1 -> token.substring(0, random.nextInt(token.length()));
      case 2 -> token.substring(random.nextInt(token.length()));
      default -> HARMLESS.get(random.nextInt(HARMLESS.size()));
    };
  }

  private static List<Integer> encode(PromptText text) {
    return text.pieces().stream()
        .flatMap(piece -> Arrays.stream(tokenizer.encode(piece)).boxed())
        .toList();
  }
}
