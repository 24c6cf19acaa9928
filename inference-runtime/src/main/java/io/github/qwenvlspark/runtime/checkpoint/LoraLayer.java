package io.github.qwenvlspark.runtime.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.stream.IntStream;

/**
 * One adapted linear layer.
 *
 * @param weight published name of what it changes
 * @param base {@code [out, in]}
 * @param a {@code [rank, in]}
 * @param b {@code [out, rank]}
 */
record LoraLayer(
    String weight, TensorLocation base, TensorLocation a, TensorLocation b, float scale) {
  /** Elements that are merged at once: bounds the memory, whatever the layer's size. */
  private static final int CHUNK = 1 << 20;

  /** Writes {@code base + scale * b * a} in float32. */
  void writeMerged(WritableByteChannel out) throws IOException {
    int rows = base.shape().get(0).intValue();
    int columns = base.shape().get(1).intValue();
    int rowsAtOnce = Math.max(1, CHUNK / columns);
    Factors factors = new Factors(all(a), all(b), columns, scale);
    try (TensorReader reader = new TensorReader(base)) {
      for (int first = 0; first < rows; first += rowsAtOnce) {
        float[] block = new float[Math.min(rowsAtOnce, rows - first) * columns];
        reader.read((long) first * columns, block);
        factors.addTo(block, first);
        ByteBuffer bytes =
            ByteBuffer.allocate(block.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(block);
        SafetensorsWriter.writeFully(out, bytes);
      }
    }
  }

  private static float[] all(TensorLocation tensor) throws IOException {
    float[] values = new float[Math.toIntExact(tensor.elements())];
    try (TensorReader reader = new TensorReader(tensor)) {
      reader.read(0, values);
    }
    return values;
  }

  /** Both matrices in memory. */
  private static final class Factors {
    private final float[] a;
    private final float[] b;
    private final int columns;
    private final float scale;

    Factors(float[] a, float[] b, int columns, float scale) {
      this.a = a;
      this.b = b;
      this.columns = columns;
      this.scale = scale;
    }

    /** Adds to the rows in {@code block}, the first of which is row {@code first} of the matrix. */
    void addTo(float[] block, int first) {
      IntStream.range(0, block.length / columns)
          .parallel()
          .forEach(
              row -> {
                float[] delta = row(first + row);
                for (int j = 0; j < columns; j++) {
                  block[row * columns + j] += scale * delta[j];
                }
              });
    }

    /** Row {@code i} of {@code b * a}. */
    private float[] row(int i) {
      int rank = a.length / columns;
      float[] product = new float[columns];
      for (int k = 0; k < rank; k++) {
        float factor = b[i * rank + k];
        for (int j = 0; j < columns; j++) {
          product[j] += factor * a[k * columns + j];
        }
      }
      return product;
    }
  }
}
