package io.github.qwenvlspark.runtime.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.Set;

/**
 * The one ONNX Runtime environment of this JVM. It has no threads: every session brings its own.
 * Thread-safe.
 */
final class OrtRuntime {
  private OrtRuntime() {}

  static OrtEnvironment environment() {
    // FATAL: what ONNX Runtime has to say arrives as an exception too.
    return environment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
  }

  /** The same, with warnings on standard error: decided by the first call alone. */
  static OrtEnvironment loud() {
    return environment(OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING);
  }

  private static OrtEnvironment environment(OrtLoggingLevel level) {
    Telemetry.disable();
    return OrtEnvironment.getEnvironment(level, "qwen-vl-spark");
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
