package io.github.qwenvlspark.runtime.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.Set;

/**
 * The one ONNX Runtime environment of this JVM, with one thread pool for all sessions. Thread-safe.
 */
final class OrtRuntime {
  private static OrtEnvironment environment;

  private OrtRuntime() {}

  /** The environment; the threads of the first call stand for the life of the JVM. */
  static OrtEnvironment environment(int threads) {
    // FATAL: what ONNX Runtime has to say arrives as an exception too.
    return environment(threads, OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
  }

  /** The same, with warnings on standard error: decided by the first call alone. */
  static OrtEnvironment loud(int threads) {
    return environment(threads, OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING);
  }

  private static synchronized OrtEnvironment environment(int threads, OrtLoggingLevel level) {
    if (environment == null) {
      Telemetry.disable();
      try (OrtEnvironment.ThreadingOptions pool = new OrtEnvironment.ThreadingOptions()) {
        pool.setGlobalIntraOpNumThreads(threads);
        pool.setGlobalInterOpNumThreads(1);
        // Spinning workers starve the Spark tasks that prepare the next pages on the same cores.
        pool.setGlobalSpinControl(false);
        environment = OrtEnvironment.getEnvironment(level, "qwen-vl-spark", pool);
      } catch (OrtException e) {
        throw failure("start", e);
      } catch (IllegalStateException e) {
        throw new QwenVlException(
            ErrorType.DEVICE_FAILURE,
            "ONNX Runtime was started by another library of this JVM, with threads of its own; open the model before it does, or keep it out",
            e);
      }
    }
    return environment;
  }

  /** What the library on the class path was built for, whether this machine has it or not. */
  static Set<OrtProvider> providers() {
    Telemetry.disable();
    return OrtEnvironment.getAvailableProviders();
  }

  /** Whether an error of ONNX Runtime or of a device says that memory is used up. */
  static boolean tellsOfExhaustedMemory(String message) {
    return message.contains("out of memory")
        || message.contains("Failed to allocate memory")
        || message.contains("bad_alloc");
  }

  static QwenVlException failure(String what, OrtException e) {
    return new QwenVlException(
        tellsOfExhaustedMemory(e.getMessage()) ? ErrorType.OUT_OF_MEMORY : ErrorType.DEVICE_FAILURE,
        "ONNX Runtime cannot %s: %s".formatted(what, e.getMessage()),
        e);
  }
}
