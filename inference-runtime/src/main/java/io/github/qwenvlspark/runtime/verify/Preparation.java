package io.github.qwenvlspark.runtime.verify;

import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;

/** How requests become model input: the very code that answers use, lent to the checks. */
@FunctionalInterface
public interface Preparation {
  /** Reads requests for one checkpoint. */
  Reader of(Checkpoint checkpoint, QwenTokenizer tokenizer);

  /** Request to model input. */
  @FunctionalInterface
  interface Reader {
    PreparedRequest read(Request request);
  }
}
