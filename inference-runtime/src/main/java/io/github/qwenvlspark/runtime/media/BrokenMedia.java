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
}
