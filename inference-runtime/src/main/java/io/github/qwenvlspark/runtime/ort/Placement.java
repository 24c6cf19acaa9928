package io.github.qwenvlspark.runtime.ort;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.graph.FloatType;

/** What a {@link Device} means for ONNX Runtime: the one place that decides. Immutable. */
public record Placement(Device device) {
  static final Placement HOST = new Placement(Device.CPU);

  /**
   * Whether this machine's ONNX Runtime and the wanted precision go with the device. Needs no GPU:
   * a driver asks it before executors open theirs.
   *
   * @throws QwenVlException saying what to install or to choose
   */
  public void requirePossible(Precision precision) {
    if (isHost()) {
      return;
    }
    if (precision != Precision.FP32) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "Cannot run precision %s on %s: a GPU computes the checkpoint in bf16; choose precision fp32, which stands for the checkpoint's own"
              .formatted(precision.label(), device.label()));
    }
    if (!OrtRuntime.providers().contains(OrtProvider.CUDA)) {
      throw new QwenVlException(
          ErrorType.DEVICE_FAILURE,
          "Cannot run on %s: the ONNX Runtime on the class path is the one for the CPU; build with -Pgpu, which takes onnxruntime_gpu in its place"
              .formatted(device.label()));
    }
  }

  /**
   * Tries the device itself, without a model: whether the libraries that it needs are there.
   *
   * @throws QwenVlException DEVICE_FAILURE saying what is missing
   */
  public void requireHere() {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      applyTo(options);
    } catch (OrtException e) {
      throw failure("start", e);
    }
  }

  /** What graphs compute with there. */
  public FloatType floats() {
    // GroupQueryAttention has no float32 on CUDA; bfloat16 is how the checkpoints are published.
    return isHost() ? FloatType.FLOAT32 : FloatType.BFLOAT16;
  }

  /** The precision that is recorded beside an answer. */
  public String precision(Precision wanted) {
    return isHost() ? wanted.label() : "bf16";
  }

  /** Whether Java can reach the memory of the device. */
  boolean isHost() {
    return device instanceof Device.Cpu;
  }

  String memoryName() {
    return isHost() ? "Cpu" : "Cuda";
  }

  /** The arena that its sessions allocate from, in the words of a run option. */
  String arena() {
    return (isHost() ? "cpu:" : "gpu:") + ordinal();
  }

  int ordinal() {
    return device instanceof Device.Cuda cuda ? cuda.ordinal() : 0;
  }

  /** Makes sessions with {@code options} compute there, and nowhere else. */
  void applyTo(OrtSession.SessionOptions options) throws OrtException {
    if (isHost()) {
      return;
    }
    requirePossible(Precision.FP32);
    try (OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions(ordinal())) {
      // TensorFloat-32 keeps 10 bits: too few for the angle of a position above 1024.
      provider.add("use_tf32", "0");
      // No operator of ours needs cuDNN; where it is missing, it must not be looked for.
      provider.add("enable_cudnn", "0");
      // Doubling would take up to twice the cache.
      provider.add("arena_extend_strategy", "kSameAsRequested");
      options.addCUDA(provider);
    }
    // A node that fell back to the CPU would drag its tensors through the host in every step.
    options.addConfigEntry("session.disable_cpu_ep_fallback", "1");
  }

  /** Says what to look at when a session cannot be opened there. */
  QwenVlException failure(String what, OrtException e) {
    if (isHost()) {
      return OrtRuntime.failure(what, e);
    }
    return new QwenVlException(
        OrtRuntime.tellsOfExhaustedMemory(e.getMessage())
            ? ErrorType.OUT_OF_MEMORY
            : ErrorType.DEVICE_FAILURE,
        "ONNX Runtime cannot %s on %s: %s. It needs a GPU that nvidia-smi shows under this number, and the libraries of CUDA 12 (libcudart.so.12, libcublas.so.12, libcublasLt.so.12, libcurand.so.10) where the system finds them"
            .formatted(what, device.label(), e.getMessage().strip()),
        e);
  }
}
