package io.github.qwenvlspark.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.engine.TokenRule.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenChoicePropertyTest {
  private static final int VOCAB = 500;

  static LongStream seeds() {
    return LongStream.range(0, 20);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void equalSeedsDrawEqualTokensAndStayAmongTheCandidates(long seed) {
    Random random = new Random(seed);
    TokenRule rule = rule(seed, 0.5 + random.nextDouble(), random.nextInt(40), 0.9);
    TokenChoice first = new TokenChoice(rule, new int[] {1, 2});
    TokenChoice second = new TokenChoice(rule, new int[] {1, 2});
    List<Integer> drawn = new ArrayList<>();
    for (int step = 0; step < 50; step++) {
      float[] logits = logits(random);
      int id = first.choose(logits, 0, VOCAB);
      drawn.add(id);

      assertThat(second.choose(logits, 0, VOCAB)).isEqualTo(id);
      first.add(id);
      second.add(id);
    }
    assertThat(drawn.stream().distinct().count()).isGreaterThan(1);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void topKKeepsTheKBestAndTheirEquals(long seed) {
    Random random = new Random(seed);
    float[] logits = logits(random);
    for (int i = 0; i < 50; i++) {
      logits[random.nextInt(VOCAB)] = logits[random.nextInt(VOCAB)]; // ties
    }
    float[] sorted = logits.clone();
    Arrays.sort(sorted);
    for (int k = 1; k < VOCAB; k += 1 + random.nextInt(9)) {
      float least = sorted[VOCAB - k];
      int[] kept = IntStream.range(0, VOCAB).filter(id -> logits[id] >= least).toArray();
      Candidates candidates = new Candidates(logits, 0, VOCAB);

      candidates.topK(k);

      assertThat(candidates.ids()).isEqualTo(kept);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatTheGraphFoundIsAcceptedWhereTheWholeChoiceWouldTakeIt(long seed) {
    Random random = new Random(seed);
    BitSet allowed = new BitSet();
    TokenRule rule = new TokenRule(1, Sampling.NONE, () -> only(allowed));
    int accepted = 0;
    for (int step = 0; step < 200; step++) {
      float[] logits = logits(random);
      logits[random.nextInt(VOCAB)] = logits[random.nextInt(VOCAB)]; // ties
      allowed.clear();
      random.ints(VOCAB, 0, VOCAB).forEach(allowed::set);
      TokenChoice choice = new TokenChoice(rule, new int[0]);
      int likeliest = new Candidates(logits, 0, VOCAB).best();

      boolean taken = choice.accepts(likeliest);

      assertThat(choice.choose(logits, 0, VOCAB) == likeliest).isEqualTo(taken);
      accepted += taken ? 1 : 0;
    }
    assertThat(accepted).isBetween(50, 180);
  }

  private static TokenMask only(BitSet allowed) {
    return new TokenMask() {
      @Override
      public boolean allows(int id) {
        return allowed.get(id);
      }

      @Override
      public void thin(Candidates candidates) {
        candidates.only(allowed);
      }

      @Override
      public void add(int id) {}

      @Override
      public boolean complete() {
        return false;
      }
    };
  }

  @Test
  void drawsFollowTheProbabilities() {
    float[] logits = {0f, (float) Math.log(2), (float) Math.log(5)};
    TokenChoice choice = new TokenChoice(rule(7, 1, 0, 1), new int[0]);
    int[] counts = new int[3];
    int draws = 40_000;
    for (int i = 0; i < draws; i++) {
      counts[choice.choose(logits, 0, 3)]++;
    }

    assertThat(counts[0] / (double) draws).isCloseTo(1 / 8.0, Offset.offset(0.01));
    assertThat(counts[1] / (double) draws).isCloseTo(2 / 8.0, Offset.offset(0.01));
    assertThat(counts[2] / (double) draws).isCloseTo(5 / 8.0, Offset.offset(0.01));
  }

  @Test
  void aTemperatureAsPublishedTakesTheLikeliestToken() {
    float[] logits = logits(new Random(3));
    int best = new Candidates(logits, 0, VOCAB).best();

    for (long seed = 0; seed < 100; seed++) {
      assertThat(new TokenChoice(rule(seed, 1e-6, 50, 1), new int[0]).choose(logits, 0, VOCAB))
          .isEqualTo(best);
    }
  }

  private static TokenRule rule(long seed, double temperature, int topK, double topP) {
    return new TokenRule(1.1, new TokenRule.Sampling(true, temperature, topK, topP, 0.01, seed));
  }

  private static float[] logits(Random random) {
    float[] logits = new float[VOCAB];
    for (int i = 0; i < VOCAB; i++) {
      logits[i] = (float) (random.nextGaussian() * 3);
    }
    return logits;
  }
}
