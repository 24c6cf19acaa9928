package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.InferenceEngine;

/**
 * The engine of this JVM: the first Spark task opens it, all others share it, the JVM's end closes
 * it. The one place with mutable static state.
 */
final class ExecutorEngine {
  private static InferenceEngine engine;
  private static Opened opened;

  private ExecutorEngine() {}

  /** What the engine was opened for. */
  private record Opened(String checkpoint, String fingerprint, EngineOptions options) {}

  static synchronized InferenceEngine get(InferOptions options) {
    Opened wanted =
        new Opened(options.checkpoint(), options.fingerprint(), options.settings().engine());
    if (engine == null) {
      InferenceEngine candidate =
          options.engines().open(options.checkpoint(), options.settings().engine());
      requireSameModel(candidate, options);
      engine = candidate;
      opened = wanted;
      Runtime.getRuntime().addShutdownHook(new Thread(candidate::close, "qwenvl-close"));
    } else if (!opened.equals(wanted)) {
      throw new BadRequestException(
          "Cannot open %s: this executor already serves %s; start another Spark application"
              .formatted(wanted, opened));
    }
    return engine;
  }

  private static void requireSameModel(InferenceEngine candidate, InferOptions options) {
    String found = candidate.model().fingerprint();
    if (!found.equals(options.fingerprint())) {
      candidate.close();
      throw new BadRequestException(
          "The model in %s on this executor (fingerprint %s) is not the driver's (%s); copy it again"
              .formatted(options.checkpoint(), found, options.fingerprint()));
    }
  }

  /** Closes the engine; the next call opens another. For tests that use several models. */
  static synchronized void reset() {
    if (engine != null) {
      engine.close();
      engine = null;
      opened = null;
    }
  }
}
