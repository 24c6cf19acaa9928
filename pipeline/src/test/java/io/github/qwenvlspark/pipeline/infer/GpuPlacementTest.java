package io.github.qwenvlspark.pipeline.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.EngineOptions;
import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GpuPlacementTest {
  private static final EngineOptions CUDA = EngineOptions.DEFAULT.with(new Device.Cuda(0));

  @Test
  void theModelTakesTheGpuOfItsExecutor() {
    assertThat(GpuPlacement.place(CUDA, gpus("3")).device()).isEqualTo(new Device.Cuda(3));
  }

  @Test
  void withoutGpusOfSparkTheSettingDecides() {
    assertThat(GpuPlacement.place(CUDA, Map.of())).isEqualTo(CUDA);
    assertThat(GpuPlacement.here(CUDA)).isEqualTo(CUDA);
  }

  @Test
  void aModelOnTheCpuLeavesTheGpuToRapids() {
    assertThat(GpuPlacement.place(EngineOptions.DEFAULT, gpus("1")))
        .isEqualTo(EngineOptions.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0,1", "GPU-5a6b"})
  void whatIsNoSingleNumberIsRefusedWithWhereToLook(String addresses) {
    Map<String, ResourceInformation> resources = gpus(addresses.split(",", -1));
    assertThatThrownBy(() -> GpuPlacement.place(CUDA, resources))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("one executor has one GPU, named by its number")
        .hasMessageContaining("getGpusResources.sh");
  }

  private static Map<String, ResourceInformation> gpus(String... addresses) {
    return Map.of("gpu", new ResourceInformation("gpu", addresses));
  }
}
