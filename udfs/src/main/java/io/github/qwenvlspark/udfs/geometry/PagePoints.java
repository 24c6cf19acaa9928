package io.github.qwenvlspark.udfs.geometry;

import java.util.List;

/**
 * Places on the drawing of a PDF's page in points, of which 72 are an inch, from the top left
 * corner of the page as it is shown.
 *
 * @param dpi pixels of an inch of the drawing
 */
public record PagePoints(double dpi) {
  private static final double POINTS_PER_INCH = 72;

  public PagePoints {
    if (!(dpi > 0)) {
      throw new IllegalArgumentException("dpi must be above 0, not " + dpi);
    }
  }

  /** Of a box {@code [x1, y1, x2, y2]} or a point {@code [x, y]} in pixels of the drawing. */
  public List<Double> of(List<Integer> place) {
    return place.stream().map(pixel -> pixel * POINTS_PER_INCH / dpi).toList();
  }
}
