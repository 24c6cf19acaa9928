package io.github.qwenvlspark.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.ModelConfig;
import io.github.qwenvlspark.runtime.checkpoint.TensorType;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** More of anything never needs less memory, and fewer bits never more. */
class MemoryNeedPropertyTest {
  private static final ModelConfig CONFIG =
      Checkpoint.open(Fixtures.path("tiny-model-bf16")).config();

  static LongStream seeds() {
    return LongStream.range(0, 50);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void needGrowsWithEveryOptionAndFallsWithFewerBits(long seed) {
    Random random = new Random(seed);
    int rows = 1 + random.nextInt(64);
    int context = 16 + random.nextInt(20_000);
    int chunk = 4 + random.nextInt(4_000);
    Precision precision =
        List.of(Precision.FP32, Precision.INT8, Precision.INT4).get(random.nextInt(3));
    long need = need(rows, context, chunk, precision);

    assertThat(need(rows + 1 + random.nextInt(8), context, chunk, precision)).isGreaterThan(need);
    assertThat(need(rows, context + 1 + random.nextInt(1000), chunk, precision))
        .isGreaterThanOrEqualTo(need);
    assertThat(need(rows, context, chunk + 1 + random.nextInt(1000), precision))
        .isGreaterThanOrEqualTo(need);
    assertThat(need(rows, context, chunk, Precision.INT8))
        .isLessThan(need(rows, context, chunk, Precision.FP32));
    assertThat(need(rows, context, chunk, Precision.INT4))
        .isLessThan(need(rows, context, chunk, Precision.INT8));
  }

  private static long need(int rows, int context, int chunk, Precision precision) {
    EngineOptions options = new EngineOptions(1, rows, context, chunk).with(precision);
    return MemoryNeed.of(CONFIG, TensorType.BF16, options).total();
  }
}
