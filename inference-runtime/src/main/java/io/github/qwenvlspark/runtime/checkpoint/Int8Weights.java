package io.github.qwenvlspark.runtime.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/**
 * The matrices of a checkpoint in 8 bits: blocks of 32 neighbours in a row share one float32 scale,
 * the largest magnitude of the block over 127, and a value is {@code (byte - 128) * scale}. Blocks
 * of 32 are the form whose results do not depend on the batch.
 *
 * <p>For a matrix {@code w [n, k]} there are {@code w.int8 [n, ceil(k / 32), 32]} and {@code
 * w.scale [n * ceil(k / 32)]}. Source of the layout: {@code MatMulNBits} in ONNX Runtime,
 * docs/ContribOperators.md.
 */
public final class Int8Weights {
  public static final int BLOCK = 32;

  /** Part of the cache key: another form needs another one. */
  static final String FORMAT = "int8-block32-v1";

  private static final String VALUES = ".int8";
  private static final String SCALES = ".scale";
  private static final int ZERO = 128;
  private static final int PEAK = 127;

  /** Elements that are read at once: bounds what conversion needs, whatever the model's size. */
  private static final int CHUNK = 1 << 20;

  private Int8Weights() {}

  /** Name of the bytes of a matrix. */
  public static String values(String matrix) {
    return matrix + VALUES;
  }

  /** Name of the scales of a matrix. */
  public static String scales(String matrix) {
    return matrix + SCALES;
  }

  /** Blocks of a row of {@code columns} values; the last one may be short and is filled up. */
  public static long blocks(long columns) {
    return (columns + BLOCK - 1) / BLOCK;
  }

  /** Announces bytes and scales of a matrix, by its published name. */
  static void announce(TensorLocation tensor, SafetensorsWriter writer) {
    String name = Weights.publishedName(tensor.name());
    long rows = tensor.shape().get(0);
    long columns = tensor.elements() / rows;
    long blocks = blocks(columns);
    writer.add(
        values(name),
        TensorType.U8,
        List.of(rows, blocks, (long) BLOCK),
        out -> convert(tensor, out, Int8Weights::writeValues));
    writer.add(
        scales(name),
        TensorType.F32,
        List.of(rows * blocks),
        out -> convert(tensor, out, Int8Weights::writeScale));
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

  private static float scale(float[] values, int from, int to) {
    float peak = 0;
    for (int i = from; i < to; i++) {
      peak = Math.max(peak, Math.abs(values[i]));
    }
    return peak / PEAK;
  }

  private static void writeScale(float[] values, int from, int to, ByteBuffer out) {
    out.putFloat(scale(values, from, to));
  }

  private static void writeValues(float[] values, int from, int to, ByteBuffer out) {
    float scale = scale(values, from, to);
    for (int i = from; i < to; i++) {
      out.put((byte) (ZERO + (scale == 0 ? 0 : Math.round(values[i] / scale))));
    }
    for (int i = to - from; i < BLOCK; i++) {
      out.put((byte) ZERO);
    }
  }
}
