package io.github.qwenvlspark.runtime;

import java.io.Serializable;

/**
 * How an engine is set up.
 *
 * @param threads threads of the model, shared by vision tower and decoder; at least 1
 * @param device where the model runs
 * @param precision of the weights
 * @param scheduling how requests share the engine
 * @param alternatives ways that differ from the reference's
 * @param adapter folder of a LoRA adapter that PEFT saved; empty for none
 * @param cacheFolder where computed weights are kept; empty for a folder of the user's among the
 *     system's temporary files
 * @param memoryLimit bytes that the engine may take outside the Java heap; 0 for what the machine
 *     or its control group leaves
 */
public record EngineOptions(
    int threads,
    Device device,
    Precision precision,
    Scheduling scheduling,
    Alternatives alternatives,
    String adapter,
    String cacheFolder,
    long memoryLimit)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final EngineOptions DEFAULT =
      new EngineOptions(Runtime.getRuntime().availableProcessors(), 8, 4096, 512);

  public EngineOptions {
    Scheduling.require("threads", threads, 1);
  }

  /** The reference's ways, in float32 on the CPU. */
  public EngineOptions(int threads, int maxBatch, int maxContextTokens, int prefillChunk) {
    this(
        threads,
        Device.CPU,
        Precision.FP32,
        new Scheduling(maxBatch, maxContextTokens, prefillChunk),
        Alternatives.REFERENCE,
        "",
        "",
        0);
  }

  /**
   * How requests share the engine.
   *
   * @param maxBatch rows that decode together = slots of the KV cache
   * @param maxContextTokens most tokens of one row, prompt and answer together
   * @param prefillChunk most tokens of one prefill step, at least 4; answers do not depend on it
   * @param maxCacheTokens most tokens of all rows together, answers at their longest; 0 for {@code
   *     maxBatch * maxContextTokens}
   * @param visualCacheBytes how much of the pictures' embeddings is kept for requests that show
   *     them again; 0 for nothing
   */
  public record Scheduling(
      int maxBatch,
      int maxContextTokens,
      int prefillChunk,
      int maxCacheTokens,
      long visualCacheBytes)
      implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final long DEFAULT_VISUAL_CACHE = 128L << 20;

    public Scheduling {
      require("maxBatch", maxBatch, 1);
      require("maxContextTokens", maxContextTokens, 1);
      require("prefillChunk", prefillChunk, 4);
      require("maxCacheTokens", maxCacheTokens, 0);
      require("visualCacheBytes", visualCacheBytes, 0);
    }

    /** With a cache for all rows at their longest, and some of the pictures. */
    public Scheduling(int maxBatch, int maxContextTokens, int prefillChunk) {
      this(maxBatch, maxContextTokens, prefillChunk, 0, DEFAULT_VISUAL_CACHE);
    }

    private static void require(String name, long value, int least) {
      if (value < least) {
        throw new IllegalArgumentException(
            "%s must be at least %d, not %d".formatted(name, least, value));
      }
    }
  }

  public int maxBatch() {
    return scheduling.maxBatch();
  }

  public int maxContextTokens() {
    return scheduling.maxContextTokens();
  }

  public int prefillChunk() {
    return scheduling.prefillChunk();
  }

  public EngineOptions with(Device other) {
    return new EngineOptions(
        threads, other, precision, scheduling, alternatives, adapter, cacheFolder, memoryLimit);
  }

  public EngineOptions with(Precision other) {
    return new EngineOptions(
        threads, device, other, scheduling, alternatives, adapter, cacheFolder, memoryLimit);
  }

  public EngineOptions with(Scheduling other) {
    return new EngineOptions(
        threads, device, precision, other, alternatives, adapter, cacheFolder, memoryLimit);
  }

  public EngineOptions with(Alternatives others) {
    return new EngineOptions(
        threads, device, precision, scheduling, others, adapter, cacheFolder, memoryLimit);
  }

  /** The model with a LoRA adapter merged into its weights. */
  public EngineOptions withAdapter(String folder) {
    return new EngineOptions(
        threads, device, precision, scheduling, alternatives, folder, cacheFolder, memoryLimit);
  }

  public EngineOptions withCacheFolder(String folder) {
    return new EngineOptions(
        threads, device, precision, scheduling, alternatives, adapter, folder, memoryLimit);
  }

  /** At most so many bytes outside the Java heap; 0 for what the machine leaves. */
  public EngineOptions withMemoryLimit(long bytes) {
    return new EngineOptions(
        threads, device, precision, scheduling, alternatives, adapter, cacheFolder, bytes);
  }
}
