package io.github.qwenvlspark.runtime.checkpoint;

import java.nio.file.Path;
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
}
