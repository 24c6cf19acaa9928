package io.github.qwenvlspark.runtime;

import java.io.Serializable;

/**
 * How an engine is set up.
 *
 * @param threads threads of the model, shared by vision tower and decoder; at least 1
 * @param maxBatch rows that decode together = slots of the KV cache
 * @param maxContextTokens most tokens of one row, prompt and answer together
 * @param prefillChunk most tokens of one prefill step, at least 4; answers do not depend on it
 * @param precision of the weights
 * @param cacheFolder where computed weights are kept; empty for a folder of the user's among the
 *     system's temporary files
 * @param alternatives ways that differ from the reference's
 * @param adapter folder of a LoRA adapter that PEFT saved; empty for none
 * @param maxCacheTokens most tokens of all rows together, answers at their longest; 0 for {@code
 *     maxBatch * maxContextTokens}
 * @param visualCacheBytes how much of the pictures' embeddings is kept for requests that show them
 *     again; 0 for nothing
 * @param device where the model runs
 */
public record EngineOptions(
    int threads,
    int maxBatch,
    int maxContextTokens,
    int prefillChunk,
    Precision precision,
    String cacheFolder,
    Alternatives alternatives,
    String adapter,
    int maxCacheTokens,
    long visualCacheBytes,
    Device device)
    implements Serializable {
  private static final long DEFAULT_VISUAL_CACHE = 128L << 20;

  public static final EngineOptions DEFAULT =
      new EngineOptions(Runtime.getRuntime().availableProcessors(), 8, 4096, 512);

  public EngineOptions {
    requirePositive("threads", threads);
    requirePositive("maxBatch", maxBatch);
    requirePositive("maxContextTokens", maxContextTokens);
    if (maxCacheTokens < 0 || visualCacheBytes < 0) {
      throw new IllegalArgumentException(
          "maxCacheTokens and visualCacheBytes must not be negative");
    }
    if (prefillChunk < 4) {
      throw new IllegalArgumentException("prefillChunk must be at least 4, not " + prefillChunk);
    }
  }

  /** The reference's ways, in float32. */
  public EngineOptions(int threads, int maxBatch, int maxContextTokens, int prefillChunk) {
    this(
        threads,
        maxBatch,
        maxContextTokens,
        prefillChunk,
        Precision.FP32,
        "",
        Alternatives.REFERENCE,
        "",
        0,
        DEFAULT_VISUAL_CACHE);
  }

  /** The same on the CPU. */
  public EngineOptions(
      int threads,
      int maxBatch,
      int maxContextTokens,
      int prefillChunk,
      Precision precision,
      String cacheFolder,
      Alternatives alternatives,
      String adapter,
      int maxCacheTokens,
      long visualCacheBytes) {
    this(
        threads,
        maxBatch,
        maxContextTokens,
        prefillChunk,
        precision,
        cacheFolder,
        alternatives,
        adapter,
        maxCacheTokens,
        visualCacheBytes,
        Device.CPU);
  }

  public EngineOptions with(Precision other) {
    return new EngineOptions(
        threads,
        maxBatch,
        maxContextTokens,
        prefillChunk,
        other,
        cacheFolder,
        alternatives,
        adapter,
        maxCacheTokens,
        visualCacheBytes,
        device);
  }

  public EngineOptions with(Alternatives others) {
    return new EngineOptions(
        threads,
        maxBatch,
        maxContextTokens,
        prefillChunk,
        precision,
        cacheFolder,
        others,
        adapter,
        maxCacheTokens,
        visualCacheBytes,
        device);
  }

  public EngineOptions withCacheFolder(String folder) {
    return new EngineOptions(
        threads,
        maxBatch,
        maxContextTokens,
        prefillChunk,
        precision,
        folder,
        alternatives,
        adapter,
        maxCacheTokens,
        visualCacheBytes,
        device);
  }

  /** The model with a LoRA adapter merged into its weights. */
  public EngineOptions withAdapter(String folder) {
    return new EngineOptions(
        threads,
        maxBatch,
        maxContextTokens,
        prefillChunk,
        precision,
        cacheFolder,
        alternatives,
        folder,
        maxCacheTokens,
        visualCacheBytes,
        device);
  }

  /** With another bound for the tokens of all rows together. */
  public EngineOptions withMaxCacheTokens(int tokens) {
    return new EngineOptions(
        threads,
        maxBatch,
        maxContextTokens,
        prefillChunk,
        precision,
        cacheFolder,
        alternatives,
        adapter,
        tokens,
        visualCacheBytes,
        device);
  }

  /** With another bound for the embeddings that are kept. */
  public EngineOptions withVisualCacheBytes(long bytes) {
    return new EngineOptions(
        threads,
        maxBatch,
        maxContextTokens,
        prefillChunk,
        precision,
        cacheFolder,
        alternatives,
        adapter,
        maxCacheTokens,
        bytes,
        device);
  }

  public EngineOptions with(Device other) {
    return new EngineOptions(
        threads,
        maxBatch,
        maxContextTokens,
        prefillChunk,
        precision,
        cacheFolder,
        alternatives,
        adapter,
        maxCacheTokens,
        visualCacheBytes,
        other);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + value);
    }
  }
}
