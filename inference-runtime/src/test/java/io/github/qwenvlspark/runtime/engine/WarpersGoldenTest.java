package io.github.qwenvlspark.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.GoldenTensors;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Scores after penalty, temperature, top_k, top_p and min_p equal those of the reference. */
class WarpersGoldenTest {
  private static final GoldenTensors TENSORS = new GoldenTensors("warpers/warpers.safetensors");
  private static final int ROWS = 4;
  private static final int VOCAB = 96;
  private static final int IDS_SO_FAR = 12;

  static Stream<Arguments> cases() {
    return GoldenJson.cases("warpers/warpers.json", "cases")
        .map(testCase -> Arguments.of(testCase.path("settings").toString(), testCase));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void theTokensThatStayAndTheirScoresEqualTheReference(String settings, JsonNode golden) {
    TokenRule rule = rule(golden.path("settings"));
    float[] logits = TENSORS.floats("logits");
    float[] processed = TENSORS.floats(golden.path("tensor").asText());
    for (int row = 0; row < ROWS; row++) {
      Candidates candidates = Candidates.of(rule, seen(row), logits, row * VOCAB, VOCAB);

      assertThat(candidates.best()).isEqualTo(golden.path("argmax").get(row).asInt());
      assertThat(candidates.ids()).hasSize(golden.path("kept").get(row).asInt());
      int[] ids = candidates.ids();
      for (int i = 0; i < ids.length; i++) {
        // Ties at the border of top_p may be cut in any order: then an equal score stayed instead.
        assertThat(candidates.scores()[i])
            .isCloseTo(score(processed, row, ids[i], logits), Percentage.withPercentage(1e-3));
      }
    }
  }

  private static float score(float[] processed, int row, int id, float[] logits) {
    float score = processed[row * VOCAB + id];
    if (score != Float.NEGATIVE_INFINITY) {
      return score;
    }
    for (int other = 0; other < VOCAB; other++) {
      float equal = processed[row * VOCAB + other];
      if (logits[row * VOCAB + other] == logits[row * VOCAB + id]
          && equal != Float.NEGATIVE_INFINITY) {
        return equal;
      }
    }
    return score;
  }

  private static BitSet seen(int row) {
    BitSet seen = new BitSet();
    long[] sequences = TENSORS.longs("sequences");
    Arrays.stream(sequences, row * IDS_SO_FAR, (row + 1) * IDS_SO_FAR)
        .forEach(id -> seen.set((int) id));
    return seen;
  }

  private static TokenRule rule(JsonNode settings) {
    return new TokenRule(
        settings.path("repetition_penalty").asDouble(1),
        new TokenRule.Sampling(
            true,
            settings.path("temperature").asDouble(1),
            settings.path("top_k").asInt(0),
            settings.path("top_p").asDouble(1),
            settings.path("min_p").asDouble(0),
            0));
  }
}
