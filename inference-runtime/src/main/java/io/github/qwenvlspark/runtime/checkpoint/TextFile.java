package io.github.qwenvlspark.runtime.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small text file of a checkpoint. */
final class TextFile {
  private TextFile() {}

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw CheckpointProblem.in(file, "cannot be read as UTF-8 text", e);
    }
  }
}
