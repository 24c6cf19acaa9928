package io.github.qwenvlspark.runtime.memory;

import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.checkpoint.ModelConfig;
import io.github.qwenvlspark.runtime.checkpoint.TensorType;
import io.github.qwenvlspark.runtime.checkpoint.TextConfig;
import io.github.qwenvlspark.runtime.checkpoint.VisionConfig;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The most memory that an engine takes outside the Java heap, in bytes, known before anything is
 * loaded. An upper bound of the resident peak: the constants were measured on two checkpoints, see
 * docs/adr/0014. Immutable.
 *
 * @param bytes by item; their sum is the peak
 */
public record MemoryNeed(Precision precision, Map<MemoryItem, Long> bytes) {
  private static final long MIB = 1 << 20;

  /** Java without its heap, the libraries of ONNX Runtime, and graphs. */
  private static final long BASE = 320 * MIB;

  /** What allocators keep beside what is asked of them. */
  private static final double SLACK = 1.05;

  /** Patches of one visual token. */
  private static final int MERGED_PATCHES = 4;

  public MemoryNeed {
    EnumMap<MemoryItem, Long> inOrder = new EnumMap<>(MemoryItem.class);
    inOrder.putAll(bytes);
    bytes = Collections.unmodifiableMap(inOrder);
  }

  /**
   * The need of a model with these options.
   *
   * @param stored element type of the checkpoint's weights
   */
  public static MemoryNeed of(ModelConfig config, TensorType stored, EngineOptions options) {
    TextConfig text = config.text();
    Matrices matrices = new Matrices(options.precision());
    long decoder = matrices.decoder(text);
    long vision = matrices.vision(config.vision());
    long context = Math.min(options.maxContextTokens(), text.maxPositions());
    long picture = MERGED_PATCHES * context * patchBytes(config.vision());
    long prefill =
        Math.min(options.prefillChunk(), context) * tokenBytes(text)
            + options.maxBatch() * logitBytes(text);

    Map<MemoryItem, Long> bytes = new EnumMap<>(MemoryItem.class);
    bytes.put(MemoryItem.DECODER, slack(decoder));
    bytes.put(MemoryItem.VISION, slack(vision));
    bytes.put(MemoryItem.EMBEDDING, (long) text.vocabSize() * text.hiddenSize() * stored.bytes());
    bytes.put(MemoryItem.KV_CACHE, context * options.maxBatch() * cacheBytes(text));
    bytes.put(MemoryItem.PICTURE, picture);
    bytes.put(MemoryItem.PREFILL, prefill);
    bytes.put(MemoryItem.LOADING, Math.max(0, matrices.largest(text) - picture - prefill));
    bytes.put(MemoryItem.BASE, BASE);
    return new MemoryNeed(options.precision(), bytes);
  }

  private static long slack(long weights) {
    return (long) (weights * SLACK);
  }

  /** Keys and values of one token in all layers. */
  private static long cacheBytes(TextConfig text) {
    return 2L * text.layers() * text.kvHeads() * text.headDim() * Float.BYTES;
  }

  /**
   * A patch in the tower: its pixels, and as many values of the stream, of attention and of the MLP
   * as were seen to live at once.
   */
  private static long patchBytes(VisionConfig vision) {
    return Float.BYTES
        * (4L * vision.patchValues() + 12L * vision.hiddenSize() + 8L * vision.intermediateSize());
  }

  /** A prompt token at the widest point of the decoder, in an arena that grows by doubling. */
  private static long tokenBytes(TextConfig text) {
    long attention = 8L * text.hiddenSize();
    long mlp = 4L * text.hiddenSize() + 3L * text.intermediateSize();
    return 2L * Float.BYTES * Math.max(attention, mlp);
  }

  /** The logits of one row: in the graph, in its sums and on the way to Java. */
  private static long logitBytes(TextConfig text) {
    return 4L * text.vocabSize() * Float.BYTES;
  }

  /** Bytes of one item. */
  public long of(MemoryItem item) {
    return bytes.getOrDefault(item, 0L);
  }

  /** The peak: everything together. */
  public long total() {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }
}
