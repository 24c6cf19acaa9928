package io.github.qwenvlspark.pipeline.config;

import java.io.Serializable;

/**
 * What becomes of pictures and pages that are much larger than the model may see them.
 *
 * @param pixels a picture of more is huge; 0 where that is not said
 */
public record HugePictures(Policy policy, long pixels) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Nothing is said. */
  public static final HugePictures AS_SET = new HugePictures(Policy.AS_SET, 0);

  /** What to do with a huge picture. */
  public enum Policy {
    /** What the settings say. */
    AS_SET,
    /** The model sees it small, as in the reference. */
    DOWNSCALE,
    /** The model sees overlapping tiles of it, and their answers become one. */
    TILE,
    /** It ends as TOO_LARGE. */
    REFUSE
  }

  /** This where it says something, else {@code settings}. */
  HugePictures or(HugePictures settings) {
    return new HugePictures(
        policy == Policy.AS_SET ? settings.policy : policy, pixels == 0 ? settings.pixels : pixels);
  }
}
