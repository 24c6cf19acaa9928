package io.github.qwenvlspark.runtime.bench;

import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.checkpoint.ModelConfig;
import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;

/** Loads the checkpoint that is measured, by the very code that answers use. */
public interface Loader extends AutoCloseable {
  /** The configuration, without loading weights. */
  ModelConfig config();

  /** The model; the caller closes it. */
  Model load(EngineOptions options);

  /** What the model reads of a request. */
  PreparedRequest prepare(Request request);

  @Override
  void close();
}
