package io.github.qwenvlspark.runtime.memory;

import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.checkpoint.BlockFormat;
import io.github.qwenvlspark.runtime.checkpoint.TextConfig;
import io.github.qwenvlspark.runtime.checkpoint.VisionConfig;

/**
 * Bytes of the linear layers of a model as ONNX Runtime holds them, packed for its kernels. What is
 * no matrix is too small to count.
 */
record Matrices(Precision precision) {
  /** A block's scale as mapped and as packed, and the sum of its levels that the kernel adds. */
  private static final int BLOCK_EXTRAS = 3 * Float.BYTES;

  /** All layers and the output head. */
  long decoder(TextConfig text) {
    long hidden = text.hiddenSize();
    long queries = (long) text.heads() * text.headDim();
    long keys = (long) text.kvHeads() * text.headDim();
    BlockFormat format = precision == Precision.INT4 ? BlockFormat.INT4 : BlockFormat.INT8;
    long layer =
        bytes(format, queries + 2 * keys, hidden)
            + bytes(format, hidden, queries)
            + bytes(format, 2L * text.intermediateSize(), hidden)
            + bytes(format, hidden, text.intermediateSize());
    return text.layers() * layer + bytes(BlockFormat.INT8, text.vocabSize(), hidden);
  }

  /** Patch embedding, all blocks and the merger; an MLP of three matrices, the larger kind. */
  long vision(VisionConfig vision) {
    long hidden = vision.hiddenSize();
    long inner = vision.intermediateSize();
    long merged = 4 * hidden;
    BlockFormat format = BlockFormat.INT8;
    long block =
        bytes(format, 3 * hidden, hidden)
            + bytes(format, hidden, hidden)
            + bytes(format, 2 * inner, hidden)
            + bytes(format, hidden, inner);
    return bytes(format, hidden, vision.patchValues())
        + vision.depth() * block
        + bytes(format, merged, merged)
        + bytes(format, vision.outHiddenSize(), merged);
  }

  /** The matrix of which there are two while it is packed. */
  long largest(TextConfig text) {
    long side = Math.max(text.vocabSize(), text.intermediateSize());
    return bytes(BlockFormat.INT8, side, text.hiddenSize());
  }

  private long bytes(BlockFormat format, long rows, long columns) {
    return precision == Precision.FP32
        ? rows * columns * Float.BYTES
        : rows * BlockFormat.blocks(columns) * (format.blockBytes() + BLOCK_EXTRAS);
  }
}
