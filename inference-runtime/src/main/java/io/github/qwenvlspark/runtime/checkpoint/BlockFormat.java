package io.github.qwenvlspark.runtime.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;

/**
 * A matrix in few bits: blocks of 32 neighbours in a row share one float32 scale, and a value is
 * {@code (level - zero) * scale}. Blocks of 32 are the form whose results do not depend on the
 * batch.
 *
 * <p>For a matrix {@code w [n, k]} there are {@code w.int8 [n, ceil(k / 32), 32]} or {@code w.int4
 * [n, ceil(k / 32), 16]}, and {@code w.scale [n * ceil(k / 32)]}. Source of the layout: {@code
 * MatMulNBits} in ONNX Runtime, docs/ContribOperators.md.
 */
public enum BlockFormat {
  /** The largest magnitude of a block is 127 steps away from zero, on either side. */
  INT8(8, ".int8") {
    @Override
    float scale(float[] values, int from, int to) {
      return Math.abs(peak(values, from, to)) / 127;
    }

    @Override
    void writeLevels(int[] levels, ByteBuffer out) {
      for (int level : levels) {
        out.put((byte) level);
      }
    }
  },

  /** The peak of a block is 8 steps below zero: so all 16 levels are used, 8 of them below. */
  INT4(4, ".int4") {
    @Override
    float scale(float[] values, int from, int to) {
      return peak(values, from, to) / -8;
    }

    @Override
    void writeLevels(int[] levels, ByteBuffer out) {
      for (int i = 0; i < BLOCK; i += 2) {
        out.put((byte) (levels[i] | levels[i + 1] << 4));
      }
    }
  };

  /** Values that share a scale. */
  public static final int BLOCK = 32;

  private static final String SCALES = ".scale";

  /** Elements that are read at once: bounds what conversion needs, whatever the model's size. */
  private static final int CHUNK = 1 << 20;

  private final int bits;
  private final int zero;
  private final String suffix;

  BlockFormat(int bits, String suffix) {
    this.bits = bits;
    this.zero = 1 << (bits - 1);
    this.suffix = suffix;
  }

  /** Bits of one value. */
  public int bits() {
    return bits;
  }

  /** Bytes of the values of one block. */
  public int blockBytes() {
    return BLOCK * bits / 8;
  }

  /** Name of the values of a matrix. */
  public String values(String matrix) {
    return matrix + suffix;
  }

  /** Name of the scales of a matrix. */
  public static String scales(String matrix) {
    return matrix + SCALES;
  }

  /** Blocks of a row of {@code columns} values; the last one may be short and is filled up. */
  public static long blocks(long columns) {
    return (columns + BLOCK - 1) / BLOCK;
  }

  /** Announces values and scales of a matrix, by its published name. */
  void announce(TensorLocation tensor, SafetensorsWriter writer) {
    String name = Weights.publishedName(tensor.name());
    long rows = tensor.shape().get(0);
    long blocks = blocks(tensor.elements() / rows);
    writer.add(
        values(name),
        TensorType.U8,
        List.of(rows, blocks, (long) blockBytes()),
        out -> convert(tensor, out, this::writeValues));
    writer.add(
        scales(name),
        TensorType.F32,
        List.of(rows * blocks),
        out -> convert(tensor, out, this::writeScale));
  }

  /** Writes what one block becomes: {@code row[from, to)}. */
  private interface BlockWriter {
    void write(float[] values, int from, int to, ByteBuffer out);
  }

  private static void convert(TensorLocation tensor, WritableByteChannel out, BlockWriter writer)
      throws IOException {
    int columns = Math.toIntExact(tensor.elements() / tensor.shape().get(0));
    int rowsAtOnce = Math.max(1, CHUNK / columns);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(rowsAtOnce * blocks(columns) * BLOCK))
            .order(ByteOrder.LITTLE_ENDIAN);
    try (TensorReader reader = new TensorReader(tensor)) {
      long rows = tensor.shape().get(0);
      for (long row = 0; row < rows; row += rowsAtOnce) {
        float[] values = new float[(int) Math.min(rowsAtOnce, rows - row) * columns];
        reader.read(row * columns, values);
        bytes.clear();
        for (int start = 0; start < values.length; start += columns) {
          for (int from = 0; from < columns; from += BLOCK) {
            int to = Math.min(from + BLOCK, columns);
            writer.write(values, start + from, start + to, bytes);
          }
        }
        SafetensorsWriter.writeFully(out, bytes.flip());
      }
    }
  }

  /** The value of the largest magnitude, with its sign. */
  private static float peak(float[] values, int from, int to) {
    float peak = 0;
    for (int i = from; i < to; i++) {
      if (Math.abs(values[i]) > Math.abs(peak)) {
        peak = values[i];
      }
    }
    return peak;
  }

  abstract float scale(float[] values, int from, int to);

  /** Writes the levels of one block, the first in the lowest bits. */
  abstract void writeLevels(int[] levels, ByteBuffer out);

  private void writeScale(float[] values, int from, int to, ByteBuffer out) {
    out.putFloat(scale(values, from, to));
  }

  private void writeValues(float[] values, int from, int to, ByteBuffer out) {
    float scale = scale(values, from, to);
    int[] levels = new int[BLOCK];
    Arrays.fill(levels, zero);
    for (int i = from; i < to && scale != 0; i++) {
      levels[i - from] = Math.min(zero + Math.round(values[i] / scale), 2 * zero - 1);
    }
    writeLevels(levels, out);
  }
}
