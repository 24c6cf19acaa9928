package io.github.qwenvlspark.runtime.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.graph.OnnxModel;

/**
 * The one ONNX Runtime environment of this JVM, with one thread pool for all sessions. Thread-safe.
 */
final class OrtRuntime {
  private static OrtEnvironment environment;

  private OrtRuntime() {}

  /** The environment; the threads of the first call stand for the life of the JVM. */
  static synchronized OrtEnvironment environment(int threads) {
    if (environment == null) {
      Telemetry.disable();
      try (OrtEnvironment.ThreadingOptions pool = new OrtEnvironment.ThreadingOptions()) {
        pool.setGlobalIntraOpNumThreads(threads);
        pool.setGlobalInterOpNumThreads(1);
        // Spinning workers starve the Spark tasks that prepare the next pages on the same cores.
        pool.setGlobalSpinControl(false);
        // FATAL: what ONNX Runtime has to say arrives as an exception too.
        environment =
            OrtEnvironment.getEnvironment(
                OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "qwen-vl-spark", pool);
      } catch (OrtException e) {
        throw failure("start", e);
      }
    }
    return environment;
  }

  /** How a session treats memory between runs. */
  enum Arena {
    /** Keep what was used: for the decoder, whose steps are alike. */
    KEEP,
    /** Give it back: for the vision tower, whose need changes with every picture. */
    RELEASE
  }

  static OrtSession open(OnnxModel model, int threads, Arena arena) {
    OrtEnvironment ort = environment(threads);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.disablePerSessionThreads();
      // The graphs are built fused: BASIC only folds the casts of 16-bit weights.
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path", model.weightFolder().toString());
      // Without this, weights above 1 GiB (the heads of 3B and 7B) are cast again in every run.
      options.addConfigEntry("optimization.constant_folding_max_output_size_in_bytes", "0");
      if (arena == Arena.RELEASE) {
        options.setCPUArenaAllocator(false);
        options.setMemoryPatternOptimization(false);
      }
      return ort.createSession(model.proto(), options);
    } catch (OrtException e) {
      throw failure("load the model from " + model.weightFolder(), e);
    }
  }

  static QwenVlException failure(String what, OrtException e) {
    return new QwenVlException(
        ErrorType.DEVICE_FAILURE, "ONNX Runtime cannot %s: %s".formatted(what, e.getMessage()), e);
  }
}
