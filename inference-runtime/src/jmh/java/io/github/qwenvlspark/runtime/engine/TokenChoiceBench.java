package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.engine.TokenRule.Sampling;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One token of one row, chosen in Java among the published vocabulary's 151,936. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TokenChoiceBench {
  private static final int VOCABULARY = 151_936;
  private static final int[] PROMPT = new Random(2).ints(2000, 0, VOCABULARY).toArray();

  private final float[] logits = logits();
  private final TokenChoice penalised = new TokenChoice(new TokenRule(1.05, Sampling.NONE), PROMPT);
  private final TokenChoice published = choice(new Sampling(true, 0.1, 1, 0.001, 0, 3));
  private final TokenChoice topK = choice(new Sampling(true, 0.7, 50, 0.9, 0, 3));
  private final TokenChoice topP = choice(new Sampling(true, 0.7, 0, 0.9, 0, 3));

  private static TokenChoice choice(Sampling sampling) {
    return new TokenChoice(new TokenRule(1.05, sampling), PROMPT);
  }

  private static float[] logits() {
    Random random = new Random(1);
    float[] logits = new float[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      logits[i] = (float) (3 * random.nextGaussian());
    }
    return logits;
  }

  @Benchmark
  public int greedyWithPenalty() {
    return penalised.choose(logits, 0, VOCABULARY);
  }

  /** What the published generation_config.json asks for. */
  @Benchmark
  public int sampledAsPublished() {
    return published.choose(logits, 0, VOCABULARY);
  }

  @Benchmark
  public int sampledAmongFifty() {
    return topK.choose(logits, 0, VOCABULARY);
  }

  @Benchmark
  public int sampledAmongAll() {
    return topP.choose(logits, 0, VOCABULARY);
  }
}
