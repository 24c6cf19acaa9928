package io.github.qwenvlspark.runtime.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.bench.Roofline.Limit;
import io.github.qwenvlspark.runtime.bench.Roofline.Share;
import org.junit.jupiter.api.Test;

class RooflineTest {
  private final Roofline roofline = new Roofline(400e9, 20e9);

  @Test
  void workOfManyProductsIsLimitedByGemm() {
    assertThat(roofline.share(new Work(200e9, 1e9), 1)).contains(new Share(Limit.GEMM, 0.5));
  }

  @Test
  void workOfManyBytesIsLimitedByMemory() {
    assertThat(roofline.share(new Work(2e9, 5e9), 0.5)).contains(new Share(Limit.MEMORY, 0.5));
  }

  @Test
  void uncountedWorkHasNoShare() {
    assertThat(roofline.share(Work.UNCOUNTED, 1)).isEmpty();
  }
}
