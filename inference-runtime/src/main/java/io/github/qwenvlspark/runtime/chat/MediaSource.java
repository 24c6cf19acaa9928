package io.github.qwenvlspark.runtime.chat;

import io.github.qwenvlspark.runtime.QwenVlException;

/** Where a conversation's pictures and clips come from. */
@FunctionalInterface
public interface MediaSource {
  /**
   * Reads what a conversation refers to.
   *
   * @param reference as it stands in the JSON, such as {@code file:///tmp/a.png} or {@code
   *     s3a://bucket/b.mp4}; pictures within the JSON ({@code data:}) are never asked for
   * @throws QwenVlException if it cannot be read
   */
  byte[] read(String reference);
}
