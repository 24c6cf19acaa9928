package io.github.qwenvlspark.runtime.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.bench.Roofline.Bound;
import io.github.qwenvlspark.runtime.bench.Roofline.Limit;
import io.github.qwenvlspark.runtime.bench.Roofline.Share;
import org.junit.jupiter.api.Test;

class RooflineTest {
  private final Roofline roofline = new Roofline(new Bound(400e9, 200e9), new Bound(20e9, 10e9));

  private static Timing timing(double wallS, double cpuS) {
    return new Timing(wallS, wallS, cpuS, 1);
  }

  @Test
  void workOfManyProductsIsLimitedByGemm() {
    assertThat(roofline.share(new Work(200e9, 1e9), timing(1, 1.25)))
        .contains(new Share(Limit.GEMM, 0.5, 0.8));
  }

  @Test
  void workOfManyBytesIsLimitedByMemory() {
    assertThat(roofline.share(new Work(2e9, 5e9), timing(0.5, 1)))
        .contains(new Share(Limit.MEMORY, 0.5, 0.5));
  }

  @Test
  void uncountedWorkHasNoShare() {
    assertThat(roofline.share(Work.UNCOUNTED, timing(1, 1))).isEmpty();
  }

  @Test
  void aBoundIsWhatTheBestLapDidAndWhatAProcessorDid() {
    assertThat(Bound.of(8e9, new Timing(2, 3, 4, 5))).isEqualTo(new Bound(4e9, 2e9));
  }
}
