package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;

/** Failures of decoders. Their own messages may quote the file, so only our words are passed on. */
final class BrokenMedia {
  private BrokenMedia() {}

  static QwenVlException corrupt(String what, Throwable cause) {
    return new QwenVlException(
        ErrorType.CORRUPT_MEDIA,
        "%s (%s)".formatted(what, cause.getClass().getSimpleName()),
        cause);
  }

  static QwenVlException corrupt(String what) {
    return new QwenVlException(ErrorType.CORRUPT_MEDIA, what);
  }

  static QwenVlException outOfMemory(String what, OutOfMemoryError cause) {
    return new QwenVlException(
        ErrorType.OUT_OF_MEMORY,
        "%s needs more memory than this JVM has left; give executors more memory or lower spark.qwenvl.media.maxPixels"
            .formatted(what),
        cause);
  }
}
