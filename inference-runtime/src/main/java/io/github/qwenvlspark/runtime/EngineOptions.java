package io.github.qwenvlspark.runtime;

import java.io.Serializable;

/**
 * How an engine is set up.
 *
 * @param threads threads of the model, shared by vision tower and decoder; at least 1
 * @param maxBatch rows that decode together = slots of the KV cache
 * @param maxContextTokens most tokens of one row, prompt and answer together
 * @param prefillChunk tokens of one prefill step
 * @param precision of the weights
 * @param alternatives ways that differ from the reference's
 */
public record EngineOptions(
    int threads,
    int maxBatch,
    int maxContextTokens,
    int prefillChunk,
    Precision precision,
    Alternatives alternatives)
    implements Serializable {
  public static final EngineOptions DEFAULT =
      new EngineOptions(Runtime.getRuntime().availableProcessors(), 8, 4096, 512);

  public EngineOptions {
    requirePositive("threads", threads);
    requirePositive("maxBatch", maxBatch);
    requirePositive("maxContextTokens", maxContextTokens);
    requirePositive("prefillChunk", prefillChunk);
  }

  /** The reference's ways, in float32. */
  public EngineOptions(int threads, int maxBatch, int maxContextTokens, int prefillChunk) {
    this(threads, maxBatch, maxContextTokens, prefillChunk, Precision.FP32, Alternatives.REFERENCE);
  }

  public EngineOptions with(Precision other) {
    return new EngineOptions(
        threads, maxBatch, maxContextTokens, prefillChunk, other, alternatives);
  }

  public EngineOptions with(Alternatives others) {
    return new EngineOptions(threads, maxBatch, maxContextTokens, prefillChunk, precision, others);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + value);
    }
  }
}
