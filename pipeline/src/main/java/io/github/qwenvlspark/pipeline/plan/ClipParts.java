package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.config.VideoSettings;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.TimeSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/** The stretch of a clip that a row asks for, as one part or as segments that follow each other. */
final class ClipParts {
  /** A shorter rest stays with the segment before it: too few frames to see anything move. */
  private static final double LEAST_SECONDS = 1;

  private ClipParts() {}

  /**
   * @param span what the row asks for
   * @param seconds when the clip ends; asked only where that decides the parts
   * @throws QwenVlException INVALID_REQUEST where the span begins behind the end, TOO_LARGE for too
   *     many segments
   */
  static List<Part> of(TimeSpan span, VideoSettings settings, DoubleSupplier seconds) {
    if (settings.segmentSeconds() == 0) {
      return List.of(span.equals(TimeSpan.WHOLE) ? Part.clip() : Part.clip(span));
    }
    double clip = seconds.getAsDouble();
    if (span.startS() > clip) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "video_start is at %s seconds, and the clip ends at %.3f".formatted(span.startS(), clip));
    }
    double end = Math.min(span.endS(), clip);
    double rest = end - span.startS() - LEAST_SECONDS;
    long count = Math.max(1, 1 + (long) Math.floor(rest / settings.segmentSeconds()));
    if (count > settings.maxSegments()) {
      throw new QwenVlException(
          ErrorType.TOO_LARGE,
          "%,d segments of %d seconds exceed %,d (spark.qwenvl.video.maxSegments)"
              .formatted(count, settings.segmentSeconds(), settings.maxSegments()));
    }
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double from = span.startS() + (double) i * settings.segmentSeconds();
      boolean last = i == count - 1;
      parts.add(
          Part.clip(new TimeSpan(from, last ? span.endS() : from + settings.segmentSeconds())));
    }
    return count == 1 && span.equals(TimeSpan.WHOLE) ? List.of(Part.clip()) : parts;
  }
}
