package io.github.qwenvlspark.pipeline.config;

import io.github.qwenvlspark.runtime.media.ClipLimits;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * How clips are split.
 *
 * @param segmentSeconds longest stretch of a clip that one request reads; 0 for the whole clip
 * @param maxSegments most segments of a clip
 */
public record VideoSettings(int segmentSeconds, int maxSegments) implements Serializable {
  private static final long serialVersionUID = 1L;

  static final Setting<Integer> MAX_SECONDS =
      Setting.atLeast(
              1, Setting.integer("spark.qwenvl.media.maxSeconds", ClipLimits.DEFAULT.maxSeconds()))
          .doc("Longest clip in seconds, by its header; a longer one ends as TOO_LARGE.");
  static final Setting<Integer> SEGMENT_SECONDS =
      Setting.atLeast(0, Setting.integer("spark.qwenvl.video.segmentSeconds", 0))
          .doc("Splits clips into parts of so many seconds, each a request; 0 keeps them whole.");
  static final Setting<Integer> MAX_SEGMENTS =
      Setting.atLeast(1, Setting.integer("spark.qwenvl.video.maxSegments", 1000))
          .doc("Most parts of one clip; one that has more ends as the row error TOO_LARGE.");
  static final Setting<Duration> DECODE_TIMEOUT =
      Setting.duration("spark.qwenvl.video.decodeTimeout", "10min")
          .doc("Longest time for reading and decoding a clip, such as 90s; then it is TIMEOUT.");

  static final List<Setting<?>> ALL =
      List.of(MAX_SECONDS, SEGMENT_SECONDS, MAX_SEGMENTS, DECODE_TIMEOUT);

  static VideoSettings from(Settings settings) {
    return new VideoSettings(settings.get(SEGMENT_SECONDS), settings.get(MAX_SEGMENTS));
  }

  static ClipLimits limits(Settings settings) {
    return new ClipLimits(settings.get(MAX_SECONDS), settings.get(DECODE_TIMEOUT));
  }
}
