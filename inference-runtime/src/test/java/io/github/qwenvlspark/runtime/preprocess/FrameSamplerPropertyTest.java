package io.github.qwenvlspark.runtime.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameSamplerPropertyTest {

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anEvenNumberOfFramesFromTheFirstToTheLastIsTakenInOrder(long seed) {
    Random random = new Random(seed);
    int total = 2 + random.nextInt(100_000);
    FrameSampler sampler =
        new FrameSampler.Rate(
            0.1 + 10 * random.nextDouble(), 1 + random.nextInt(8), OptionalInt.empty());

    int[] indices = sampler.choose(total, 1 + 59 * random.nextDouble());

    assertThat(indices.length % 2).isZero();
    assertThat(indices).isSorted().hasSizeBetween(2, Math.min(768, total));
    assertThat(indices[0]).isZero();
    assertThat(indices[indices.length - 1]).isEqualTo(total - 1);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void noFrameIsTakenTwice(long seed) {
    Random random = new Random(seed);
    int total = 2 + random.nextInt(2_000);
    int count = 2 * (1 + random.nextInt(total / 2));

    assertThat(new FrameSampler.Count(count).choose(total, 25)).doesNotHaveDuplicates();
  }
}
