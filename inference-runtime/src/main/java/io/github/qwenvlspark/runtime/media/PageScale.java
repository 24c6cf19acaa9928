package io.github.qwenvlspark.runtime.media;

import java.io.Serializable;

/**
 * How large the picture of a page becomes.
 *
 * @param dpi pixels for an inch; 72 gives one pixel for a point
 * @param longSide most pixels of the longer side, for which a page that dpi would make longer is
 *     drawn smaller; 0 for no such limit
 */
public record PageScale(int dpi, int longSide) implements Serializable {
  private static final long serialVersionUID = 1L;
  static final float POINTS_PER_INCH = 72;

  public PageScale {
    if (dpi < 1 || longSide < 0) {
      throw new IllegalArgumentException(
          "A page cannot be drawn at %d dpi with a long side of %d".formatted(dpi, longSide));
    }
  }

  /** At that resolution, however large the page. */
  public static PageScale dpi(int dpi) {
    return new PageScale(dpi, 0);
  }

  /** Pixels for a point of a page of that size. */
  float of(double widthPoints, double heightPoints) {
    double most = Math.max(widthPoints, heightPoints);
    float scale = dpi / POINTS_PER_INCH;
    if (longSide == 0 || Math.floor(most * scale) <= longSide) {
      return scale;
    }
    float fitted = (float) (longSide / most);
    // PDFBox rounds down: the side shall not lose a pixel to the arithmetic.
    while (Math.floor((float) most * fitted) < longSide) {
      fitted = Math.nextUp(fitted);
    }
    return fitted;
  }
}
