package io.github.qwenvlspark.runtime.checkpoint;

import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Where one weight lies.
 *
 * @param shape as stored
 * @param file the real file, symbolic links resolved
 * @param offset bytes from the start of the file
 * @param length bytes
 */
public record TensorLocation(
    String name, TensorType type, List<Long> shape, Path file, long offset, long length) {
  public TensorLocation {
    shape = List.copyOf(shape);
  }

  public long elements() {
    return length / type.bytes();
  }

  /**
   * Reads {@code count} elements in row-major order, from element {@code first} on.
   *
   * @throws QwenVlException INVALID_REQUEST if the file cannot be read
   */
  public float[] read(long first, int count) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(count, type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    long start = offset + first * type.bytes();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, start + bytes.position()) < 0) {
          throw new EOFException("the file ends inside tensor " + name);
        }
      }
    } catch (IOException e) {
      throw CheckpointProblem.in(file, "cannot be read", e);
    }
    bytes.flip();
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = type.read(bytes);
    }
    return values;
  }

  /** All elements. */
  float[] readAll() {
    return read(0, Math.toIntExact(elements()));
  }
}
