package io.github.qwenvlspark.runtime.preprocess;

import java.io.Serializable;

/**
 * Fewest and most pixels of a resized picture.
 *
 * @param maxPixels may be fractional: a clip's budget is divided among its frames
 */
public record PixelLimits(double minPixels, double maxPixels) implements Serializable {
  private static final long serialVersionUID = 1L;

  public PixelLimits {
    if (!(minPixels >= 0) || !(maxPixels > 0)) {
      throw new IllegalArgumentException(
          "Pixel limits must be positive, not %s and %s".formatted(minPixels, maxPixels));
    }
  }
}
