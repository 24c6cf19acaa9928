package io.github.qwenvlspark.runtime.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.graph.FloatType;
import io.github.qwenvlspark.runtime.graph.RowCopyGraph;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final Placement SECOND_GPU = new Placement(new Device.Cuda(1));
  private static final EngineOptions OPTIONS =
      new EngineOptions(2, 1, 64, 16).with(new Device.Cuda(1));

  @Test
  void aDeviceDecidesWhatIsComputedWithAndWhatIsRecorded() {
    assertThat(Placement.HOST.floats()).isEqualTo(FloatType.FLOAT32);
    assertThat(Placement.HOST.precision(Precision.INT8)).isEqualTo("int8");
    assertThat(SECOND_GPU.floats()).isEqualTo(FloatType.BFLOAT16);
    assertThat(SECOND_GPU.precision(Precision.FP32)).isEqualTo("bf16");
    assertThat(Placement.HOST.arena()).isEqualTo("cpu:0");
    assertThat(SECOND_GPU.arena()).isEqualTo("gpu:1");
    assertThat(SECOND_GPU.memoryName() + SECOND_GPU.ordinal()).isEqualTo("Cuda1");
  }

  /** Before weights are read: on the driver, which has no GPU, and when a model is opened. */
  /** By the library for CPUs always; by the one for GPUs where there is no second card. */
  @Test
  void aGpuThatCannotBeUsedIsRefusedWithWhatToInstall() {
    String remedy =
        OrtRuntime.providers().contains(OrtProvider.CUDA)
            ? "It needs a GPU that nvidia-smi shows under this number"
            : "the ONNX Runtime on the class path is the one for the CPU; build with -Pgpu";
    assertThatThrownBy(() -> QwenVl.open(Fixtures.path("tiny-model-f32"), OPTIONS))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContainingAll("on cuda:1", remedy)
        .extracting(e -> ((QwenVlException) e).type())
        .isEqualTo(ErrorType.DEVICE_FAILURE);
  }

  @Test
  void quantizedWeightsOnAGpuAreRefusedByName() {
    assertThatThrownBy(() -> SECOND_GPU.requirePossible(Precision.INT8))
        .isInstanceOf(QwenVlException.class)
        .hasMessageStartingWith("Cannot run precision int8 on cuda:1");
  }

  @Test
  void aGpuThatCannotBeUsedSaysWhatToLookAt() {
    assertThat(SECOND_GPU.failure("load the model", new OrtException("libcublasLt.so.12: no")))
        .hasMessageContainingAll("load the model on cuda:1", "nvidia-smi", "CUDA 12")
        .extracting(QwenVlException::type)
        .isEqualTo(ErrorType.DEVICE_FAILURE);
    assertThat(SECOND_GPU.failure("load", new OrtException("CUDA failure 2: out of memory")).type())
        .isEqualTo(ErrorType.OUT_OF_MEMORY);
  }

  /** What a session with no GPU says when it is asked for memory of one. */
  @Test
  void memoryOfADeviceThatASessionLacksIsRefused() {
    LoadedGraph graph =
        new LoadedGraph(
            RowCopyGraph.build(
                Checkpoint.open(Fixtures.path("tiny-model-f32")).config().text(),
                FloatType.FLOAT32),
            Placement.HOST,
            1,
            LoadedGraph.Arena.NONE);
    try (graph) {
      assertThatThrownBy(() -> graph.memory(SECOND_GPU))
          .isInstanceOf(QwenVlException.class)
          .hasMessageContaining("No requested allocator available");
    }
  }
}
