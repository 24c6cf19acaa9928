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
 * @param adapter folder of a LoRA adapter that PEFT saved; empty for none
 * @param cacheFolder where computed weights are kept; empty for {@code qwen-vl-spark-USER} in the
 *     system's folder for temporary files
 */
public record EngineOptions(
    int threads,
    int maxBatch,
    int maxContextTokens,
    int prefillChunk,
    Precision precision,
    Alternatives alternatives,
    String adapter,
    String cacheFolder)
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
    this(
        threads,
        maxBatch,
        maxContextTokens,
        prefillChunk,
        Precision.FP32,
        Alternatives.REFERENCE,
        "",
        "");
  }

  public EngineOptions with(Precision other) {
    return new EngineOptions(
        threads,
        maxBatch,
        maxContextTokens,
        prefillChunk,
        other,
        alternatives,
        adapter,
        cacheFolder);
  }

  public EngineOptions with(Alternatives others) {
    return new EngineOptions(
        threads, maxBatch, maxContextTokens, prefillChunk, precision, others, adapter, cacheFolder);
  }

  /** The model with a LoRA adapter merged into its weights. */
  public EngineOptions withAdapter(String folder) {
    return new EngineOptions(
        threads,
        maxBatch,
        maxContextTokens,
        prefillChunk,
        precision,
        alternatives,
        folder,
        cacheFolder);
  }

  public EngineOptions withCacheFolder(String folder) {
    return new EngineOptions(
        threads,
        maxBatch,
        maxContextTokens,
        prefillChunk,
        precision,
        alternatives,
        adapter,
        folder);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + value);
    }
  }
}
