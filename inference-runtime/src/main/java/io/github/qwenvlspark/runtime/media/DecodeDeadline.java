package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.time.Duration;

/** When FFmpeg must be through with a file. Confined to the thread that reads. */
final class DecodeDeadline {
  private final String what;
  private final Duration allowed;
  private final String setting;
  private final long end;

  private DecodeDeadline(String what, Duration allowed, String setting) {
    this.what = what;
    this.allowed = allowed;
    this.setting = setting;
    this.end = System.nanoTime() + allowed.toNanos();
  }

  /** For one clip, from now on. */
  static DecodeDeadline ofClip(MediaLimits limits) {
    return new DecodeDeadline(
        "clip", limits.clips().decodeTimeout(), "spark.qwenvl.video.decodeTimeout");
  }

  /** For one picture, from now on. */
  static DecodeDeadline ofPicture(MediaLimits limits) {
    return new DecodeDeadline(
        "picture", limits.decodeTimeout(), "spark.qwenvl.media.decodeTimeoutSeconds");
  }

  /** Whether to stop: time is up, or nobody waits for the file any more. */
  boolean passed() {
    return System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted();
  }

  /** Throws TIMEOUT if {@link #passed}. */
  void require() {
    if (passed()) {
      throw new QwenVlException(
          ErrorType.TIMEOUT,
          Thread.currentThread().isInterrupted()
              ? "Interrupted while a %s was decoded".formatted(what)
              : "The %s is not decoded within %,d ms (%s)"
                  .formatted(what, allowed.toMillis(), setting));
    }
  }
}
