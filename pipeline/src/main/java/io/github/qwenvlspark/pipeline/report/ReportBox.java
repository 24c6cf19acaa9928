package io.github.qwenvlspark.pipeline.report;

import java.util.List;

/**
 * A frame or a point drawn over the picture.
 *
 * @param kind {@code element} of a parsed page, {@code box} of grounding, or {@code point}; decides
 *     the look
 * @param label may be empty
 */
public record ReportBox(String kind, String label, int x, int y, int width, int height) {
  /** From {@code [x1, y1, x2, y2]} in pixels of the picture. */
  public static ReportBox of(String kind, String label, List<Integer> box) {
    return new ReportBox(
        kind,
        label,
        box.get(0),
        box.get(1),
        Math.max(1, box.get(2) - box.get(0)),
        Math.max(1, box.get(3) - box.get(1)));
  }

  /** From {@code [x, y]} in pixels of the picture. */
  public static ReportBox point(String label, List<Integer> point) {
    return new ReportBox("point", label, point.get(0), point.get(1), 0, 0);
  }
}
