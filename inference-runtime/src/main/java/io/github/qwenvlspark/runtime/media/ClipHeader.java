package io.github.qwenvlspark.runtime.media;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What the container of a clip says of it; nothing is decoded, and nothing of it is sure: reading
 * the clip finds out.
 *
 * @param height of a frame as it is stored
 * @param width of a frame as it is stored
 * @param fps average frames for a second; 0 where it does not say
 * @param frames how many there are, where it says so
 * @param seconds when the clip ends on its own clock, where it says so
 */
public record ClipHeader(
    int height, int width, double fps, OptionalLong frames, OptionalDouble seconds) {

  /** About how many frames stand in a stretch of the clip; empty where nothing says. */
  public OptionalLong frames(TimeSpan span) {
    if (span.equals(TimeSpan.WHOLE) && frames.isPresent()) {
      return frames;
    }
    double end = Math.min(span.endS(), seconds.orElse(Double.POSITIVE_INFINITY));
    return Double.isInfinite(end)
        ? OptionalLong.empty()
        : OptionalLong.of(Math.round(Math.max(0, end - span.startS()) * fps));
  }
}
