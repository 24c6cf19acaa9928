package io.github.qwenvlspark.runtime.media;

import java.io.Serializable;
import java.time.Duration;

/**
 * How long a clip may be, and how long it may take.
 *
 * @param maxSeconds longest clip, by its header
 * @param decodeTimeout longest time from the first byte of a clip to its last sampled frame
 */
public record ClipLimits(int maxSeconds, Duration decodeTimeout) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A day, read within ten minutes. */
  public static final ClipLimits DEFAULT = new ClipLimits(86_400, Duration.ofMinutes(10));

  public ClipLimits {
    if (maxSeconds < 1 || decodeTimeout.isNegative() || decodeTimeout.isZero()) {
      throw new IllegalArgumentException("Limits of clips must be positive");
    }
  }
}
