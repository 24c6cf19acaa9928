package io.github.qwenvlspark.runtime.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** Reads a stored weight as float32, a few rows at a time. Confined to one thread. */
final class TensorReader implements AutoCloseable {
  private final TensorLocation tensor;
  private final FileChannel channel;

  TensorReader(TensorLocation tensor) throws IOException {
    this.tensor = tensor;
    this.channel = FileChannel.open(tensor.file(), StandardOpenOption.READ);
  }

  /** Fills {@code values} with the elements from {@code first} on. */
  void read(long first, float[] values) throws IOException {
    int width = tensor.type().bytes();
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, width))
            .order(ByteOrder.LITTLE_ENDIAN);
    long start = tensor.offset() + first * width;
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, start + bytes.position()) < 0) {
        throw new IOException("%s ends inside %s".formatted(tensor.file(), tensor.name()));
      }
    }
    bytes.flip();
    switch (tensor.type()) {
      case F32 -> bytes.asFloatBuffer().get(values);
      case BF16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.intBitsToFloat(bytes.getShort() << 16);
        }
      }
      case F16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = half(bytes.getShort());
        }
      }
      case U8 -> throw new IllegalArgumentException(tensor.name() + " holds no numbers of its own");
    }
  }

  /** IEEE 754 binary16. */
  static float half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    float sign = bits < 0 ? -1 : 1;
    if (exponent == 0) {
      return sign * fraction * 0x1p-24f;
    }
    if (exponent == 0x1f) {
      return fraction == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
    }
    return sign * Math.scalb(1 + fraction * 0x1p-10f, exponent - 15);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
