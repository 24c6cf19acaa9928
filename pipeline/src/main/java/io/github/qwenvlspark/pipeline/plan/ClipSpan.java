package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.manifest.Reading;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.TimeSpan;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The stretch of a clip that a row's columns {@code video_start} and {@code video_end} name. */
final class ClipSpan {
  /** Seconds, with minutes and hours before them if there are colons. */
  private static final Pattern TIME =
      Pattern.compile("(?:(?:(\\d{1,4}):)?(\\d{1,4}):)?(\\d{1,9}(?:\\.\\d{1,9})?)");

  private static final int MINUTE = 60;
  private static final int HOUR = 60 * MINUTE;

  private ClipSpan() {}

  /**
   * @throws QwenVlException INVALID_REQUEST for what is no time, or an end that is not after the
   *     start
   */
  static TimeSpan of(Reading reading) {
    double start = seconds("video_start", reading.videoStart()).orElse(0.0);
    double end = seconds("video_end", reading.videoEnd()).orElse(Double.POSITIVE_INFINITY);
    if (end <= start) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "video_end is %s seconds, which is not after video_start, %s seconds"
              .formatted(end, start));
    }
    return new TimeSpan(start, end);
  }

  private static Optional<Double> seconds(String column, Optional<String> text) {
    return text.map(
        value -> {
          Matcher time = TIME.matcher(value.strip());
          if (!time.matches()) {
            throw new QwenVlException(
                ErrorType.INVALID_REQUEST,
                "%s is no time: give seconds such as 12.5, or 00:01:02.5".formatted(column));
          }
          return HOUR * whole(time.group(1))
              + MINUTE * whole(time.group(2))
              + Double.parseDouble(time.group(3));
        });
  }

  private static int whole(String digits) {
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
