package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.TextConfig;
import io.github.qwenvlspark.runtime.engine.CachedPrompts.Prefix;
import io.github.qwenvlspark.runtime.graph.DecoderGraph;
import io.github.qwenvlspark.runtime.graph.FloatType;
import io.github.qwenvlspark.runtime.graph.VisionGraph;
import io.github.qwenvlspark.runtime.ort.DecoderInput;
import io.github.qwenvlspark.runtime.ort.DecoderOutput;
import io.github.qwenvlspark.runtime.ort.DecoderSession;
import io.github.qwenvlspark.runtime.ort.KvCache;
import io.github.qwenvlspark.runtime.ort.Placement;
import io.github.qwenvlspark.runtime.ort.VisionInput;
import io.github.qwenvlspark.runtime.ort.VisionSession;
import java.util.Arrays;

/**
 * Vision tower, decoder and KV cache together: the model as two operations, prefill and step.
 * Confined to the engine's worker thread.
 */
public final class Model implements AutoCloseable {
  private final TextConfig config;
  private final PrefillPlan plan;
  private final VisionSession vision;
  private final DecoderSession decoder;
  private final KvCache cache;

  public Model(Checkpoint checkpoint, EngineOptions options) {
    this.config = checkpoint.config().text();
    this.plan = new PrefillPlan(options.prefillChunk());
    int threads = options.threads();
    int maxTokens = Math.min(options.maxContextTokens(), config.maxPositions());
    Device device = options.device();
    FloatType floats = new Placement(device).floats();
    this.cache = new KvCache(config, options.maxBatch(), maxTokens, device, threads);
    try {
      this.vision = new VisionSession(VisionGraph.build(checkpoint, floats), device, threads);
    } catch (RuntimeException e) {
      cache.close();
      throw e;
    }
    try {
      this.decoder =
          new DecoderSession(DecoderGraph.build(checkpoint, floats), config, device, threads);
    } catch (RuntimeException e) {
      vision.close();
      cache.close();
      throw e;
    }
  }

  public KvCache cache() {
    return cache;
  }

  public int vocabSize() {
    return config.vocabSize();
  }

  int hiddenSize() {
    return config.hiddenSize();
  }

  /** Embeddings of all pictures of a request, {@code [visualTokens, hidden]}, in prompt order. */
  public float[] encode(PreparedRequest request) {
    float[] all = new float[Math.multiplyExact(request.visualTokens(), config.hiddenSize())];
    int filled = 0;
    for (VisionInput visual : request.visuals()) {
      float[] embeds = encode(visual);
      System.arraycopy(embeds, 0, all, filled, embeds.length);
      filled += embeds.length;
    }
    return all;
  }

  /** Embeddings of a picture or clip, {@code [patches / 4, hidden]}. */
  float[] encode(VisionInput visual) {
    return vision.encode(visual);
  }

  /**
   * Reads the whole prompt into cache row {@code row}, chunk by chunk; gives the token after the
   * prompt.
   */
  public DecoderOutput prefill(PreparedRequest request, float[] embeds, int row) {
    return prefill(
        request, embeds, row, request.rule().needsLogits() ? Logits.WANTED : Logits.NOT_WANTED);
  }

  /** The same, with or without the logits of the token after the prompt. */
  public DecoderOutput prefill(PreparedRequest request, float[] embeds, int row, Logits logits) {
    return prefill(chunks(request, embeds, row, Prefix.NONE), logits);
  }

  /** The same, in chunks of at most {@code chunk} tokens; at least 4. */
  public DecoderOutput prefill(
      PreparedRequest request, float[] embeds, int row, int chunk, Logits logits) {
    return prefill(
        new PromptChunks(request, embeds, config.hiddenSize(), row, new PrefillPlan(chunk), 0),
        logits);
  }

  private DecoderOutput prefill(PromptChunks chunks, Logits logits) {
    while (!chunks.atLast()) {
      run(chunks.next(), Logits.NOT_WANTED);
    }
    return run(chunks.next(), logits);
  }

  /** A prompt as {@link #run} reads it into cache row {@code row}, behind what is known of it. */
  PromptChunks chunks(PreparedRequest request, float[] embeds, int row, Prefix known) {
    return new PromptChunks(request, embeds, config.hiddenSize(), row, plan, known.tokens());
  }

  /** One run of the decoder over new tokens. */
  DecoderOutput run(DecoderInput input, Logits logits) {
    return logits == Logits.WANTED
        ? decoder.runWithLogits(cache, input)
        : decoder.run(cache, input);
  }

  /** One decode step of cache rows {@code 0 … rows - 1}. */
  public DecoderOutput step(long[] ids, int[] positions, int[] lengths, Logits logits) {
    int rows = ids.length;
    float[] axes = new float[3 * rows];
    long[] wanted = new long[rows];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(axes, 3 * row, 3 * row + 3, positions[row]);
      wanted[row] = row;
    }
    return run(DecoderInput.step(rows, ids, axes, lengths, wanted), logits);
  }

  /** Whether a step brings its logits to Java, or the chosen tokens alone. */
  public enum Logits {
    WANTED,
    NOT_WANTED
  }

  @Override
  public void close() {
    try (cache;
        vision;
        decoder) {
      // closed in reverse order
    }
  }
}
