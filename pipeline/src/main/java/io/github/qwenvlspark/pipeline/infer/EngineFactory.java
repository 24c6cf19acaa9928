package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.InferenceEngine;
import io.github.qwenvlspark.runtime.QwenVl;
import java.io.Serializable;
import java.nio.file.Path;

/** How an executor gets its engine. Travels to executors; tests bring one without a model. */
@FunctionalInterface
public interface EngineFactory extends Serializable {
  InferenceEngine open(String checkpoint, EngineOptions options);

  /** The engine that reads a checkpoint directory. */
  static EngineFactory qwenVl() {
    return (checkpoint, options) -> QwenVl.open(Path.of(checkpoint), options);
  }
}
