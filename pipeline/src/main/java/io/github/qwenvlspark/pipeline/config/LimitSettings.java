package io.github.qwenvlspark.pipeline.config;

import io.github.qwenvlspark.runtime.media.MediaLimits;
import java.time.Duration;
import java.util.List;

/** The settings of what is refused before it is decoded. */
final class LimitSettings {
  static final Setting<Long> MAX_BYTES =
      Setting.atLeast(1L, Setting.bytes("spark.qwenvl.media.maxBytes", "256m"))
          .doc("Largest object that is read; a larger one ends as the row error TOO_LARGE.");
  static final Setting<Long> MAX_PIXELS =
      Setting.atLeast(1L, Setting.count("spark.qwenvl.media.maxPixels", 100_000_000))
          .doc("Most pixels of a picture, page or frame, by its header; more is TOO_LARGE.");
  static final Setting<Integer> MAX_PAGES =
      Setting.atLeast(1, Setting.integer("spark.qwenvl.media.maxPages", 10_000))
          .doc("Most pages of one PDF or TIFF; a longer one ends as the row error TOO_LARGE.");
  static final Setting<Integer> MAX_FRAMES =
      Setting.atLeast(1, Setting.integer("spark.qwenvl.media.maxFrames", 1_000_000))
          .doc("Most frames of one clip; a longer one ends as the row error TOO_LARGE.");
  static final Setting<Integer> MAX_PER_REQUEST =
      Setting.atLeast(1, Setting.integer("spark.qwenvl.media.maxPerRequest", 1024))
          .doc("Most pictures and clips of one conversation; more is TOO_LARGE.");
  static final Setting<Integer> DECODE_TIMEOUT =
      Setting.atLeast(1, Setting.integer("spark.qwenvl.media.decodeTimeoutSeconds", 60))
          .doc("Longest time to decode one picture; one that takes longer ends as TIMEOUT.");

  static final List<Setting<?>> ALL =
      List.of(MAX_BYTES, MAX_PIXELS, MAX_PAGES, MAX_FRAMES, MAX_PER_REQUEST, DECODE_TIMEOUT);

  private LimitSettings() {}

  static MediaLimits from(Settings settings) {
    return new MediaLimits(
        settings.get(MAX_BYTES),
        settings.get(MAX_PIXELS),
        settings.get(MAX_PAGES),
        settings.get(MAX_FRAMES),
        settings.get(MAX_PER_REQUEST),
        Duration.ofSeconds(settings.get(DECODE_TIMEOUT)),
        VideoSettings.limits(settings));
  }
}
