package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.Serializable;

/**
 * What is refused before it is decoded.
 *
 * @param maxBytes largest object
 * @param maxPixels most pixels of one picture, page or frame, by its header
 * @param maxPages most pages of a PDF
 * @param maxFrames most frames of a clip
 * @param maxPerRequest most pictures and clips of one conversation
 * @param clips how long a clip may be and may take
 */
public record MediaLimits(
    long maxBytes, long maxPixels, int maxPages, int maxFrames, int maxPerRequest, ClipLimits clips)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final MediaLimits DEFAULT =
      new MediaLimits(256L << 20, 100_000_000, 10_000, 1_000_000);

  public MediaLimits {
    if (maxBytes < 1 || maxPixels < 1 || maxPages < 1 || maxFrames < 1 || maxPerRequest < 1) {
      throw new IllegalArgumentException("Media limits must be positive");
    }
  }

  /** With the usual limits of clips. */
  public MediaLimits(
      long maxBytes, long maxPixels, int maxPages, int maxFrames, int maxPerRequest) {
    this(maxBytes, maxPixels, maxPages, maxFrames, maxPerRequest, ClipLimits.DEFAULT);
  }

  /** With up to 1,024 pictures and clips in a conversation. */
  public MediaLimits(long maxBytes, long maxPixels, int maxPages, int maxFrames) {
    this(maxBytes, maxPixels, maxPages, maxFrames, 1024);
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
