package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.time.Duration;

/** When the reading of a clip must end. Confined to the thread that reads. */
final class ClipDeadline {
  private final Duration allowed;
  private final long end;

  ClipDeadline(Duration allowed) {
    this.allowed = allowed;
    this.end = System.nanoTime() + allowed.toNanos();
  }

  /** Whether to stop: time is up, or nobody waits for the clip any more. */
  boolean passed() {
    return System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted();
  }

  /** Throws TIMEOUT if {@link #passed}. */
  void require() {
    if (passed()) {
      throw new QwenVlException(
          ErrorType.TIMEOUT,
          Thread.currentThread().isInterrupted()
              ? "Interrupted while a clip was decoded"
              : "The clip is not decoded within %,d ms (spark.qwenvl.video.decodeTimeout)"
                  .formatted(allowed.toMillis()));
    }
  }
}
