package io.github.qwenvlspark.runtime.checkpoint;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.nio.file.Path;

/** What is wrong with a checkpoint: always with the file in front. */
final class CheckpointProblem {
  private CheckpointProblem() {}

  static QwenVlException in(Path file, String what) {
    return new QwenVlException(
        ErrorType.INVALID_REQUEST, "Cannot use checkpoint file %s: %s".formatted(file, what));
  }

  static QwenVlException in(Path file, String what, Throwable cause) {
    return new QwenVlException(
        ErrorType.INVALID_REQUEST,
        "Cannot use checkpoint file %s: %s".formatted(file, what),
        cause);
  }
}
