package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.Serializable;
import java.time.Duration;

/**
 * What is refused before it is decoded.
 *
 * @param maxBytes largest object
 * @param maxPixels most pixels of one picture, page or frame, by its header
 * @param maxPages most pages of a PDF or TIFF
 * @param maxFrames most frames of a clip
 * @param maxPerRequest most pictures and clips of one conversation
 * @param decodeTimeout longest time that one picture may take
 * @param clips how long a clip may be and may take
 */
public record MediaLimits(
    long maxBytes,
    long maxPixels,
    int maxPages,
    int maxFrames,
    int maxPerRequest,
    Duration decodeTimeout,
    ClipLimits clips)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Duration DECODE_TIMEOUT = Duration.ofMinutes(1);

  public static final MediaLimits DEFAULT =
      new MediaLimits(256L << 20, 100_000_000, 10_000, 1_000_000);

  public MediaLimits {
    if (maxBytes < 1
        || maxPixels < 1
        || maxPages < 1
        || maxFrames < 1
        || maxPerRequest < 1
        || decodeTimeout.isNegative()
        || decodeTimeout.isZero()) {
      throw new IllegalArgumentException("Media limits must be positive");
    }
  }

  /** With up to 1,024 pictures and clips in a conversation. */
  public MediaLimits(long maxBytes, long maxPixels, int maxPages, int maxFrames) {
    this(maxBytes, maxPixels, maxPages, maxFrames, 1024);
  }

  /** With a minute for each picture, and the usual limits of clips. */
  public MediaLimits(
      long maxBytes, long maxPixels, int maxPages, int maxFrames, int maxPerRequest) {
    this(
        maxBytes,
        maxPixels,
        maxPages,
        maxFrames,
        maxPerRequest,
        DECODE_TIMEOUT,
        ClipLimits.DEFAULT);
  }

  /** The same with another time for each picture. */
  public MediaLimits with(Duration timeout) {
    return new MediaLimits(maxBytes, maxPixels, maxPages, maxFrames, maxPerRequest, timeout, clips);
  }

  /** The same with other limits of clips. */
  public MediaLimits with(ClipLimits other) {
    return new MediaLimits(
        maxBytes, maxPixels, maxPages, maxFrames, maxPerRequest, decodeTimeout, other);
  }

  /** Refuses more bytes than allowed; callers ask before they read. */
  public void requireBytes(long bytes) {
    require("%,d bytes", bytes, maxBytes, "spark.qwenvl.media.maxBytes");
  }

  void requirePixels(long height, long width) {
    long pixels = (long) Math.min((double) height * width, Long.MAX_VALUE); // may exceed 64 bits
    require("%,d pixels", pixels, maxPixels, "spark.qwenvl.media.maxPixels");
  }

  void requirePages(int pages) {
    require("%,d pages", pages, maxPages, "spark.qwenvl.media.maxPages");
  }

  /** Refuses a clip that says that it is longer. */
  void requireSeconds(double seconds) {
    require(
        "%,d seconds",
        (long) Math.ceil(seconds), clips.maxSeconds(), "spark.qwenvl.media.maxSeconds");
  }

  void requireFrames(long frames) {
    require("%,d frames", frames, maxFrames, "spark.qwenvl.media.maxFrames");
  }

  /** Refuses more pictures and clips than a conversation may have. */
  public void requireMedia(int pictures) {
    require("%,d pictures and clips", pictures, maxPerRequest, "spark.qwenvl.media.maxPerRequest");
  }

  private static void require(String what, long value, long limit, String setting) {
    if (value > limit) {
      throw new QwenVlException(
          ErrorType.TOO_LARGE, (what + " exceed %,d (%s)").formatted(value, limit, setting));
    }
  }
}
