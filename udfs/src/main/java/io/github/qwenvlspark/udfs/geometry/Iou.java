package io.github.qwenvlspark.udfs.geometry;

import java.util.List;

/**
 * Intersection over union of two boxes {@code [x1, y1, x2, y2]}: 1 for equal ones, 0 for strangers.
 */
public final class Iou {
  private Iou() {}

  public static double of(List<Integer> a, List<Integer> b) {
    double width = Math.min(a.get(2), b.get(2)) - (double) Math.max(a.get(0), b.get(0));
    double height = Math.min(a.get(3), b.get(3)) - (double) Math.max(a.get(1), b.get(1));
    double common = Math.max(0, width) * Math.max(0, height);
    double union = area(a) + area(b) - common;
    return union <= 0 ? 0 : common / union;
  }

  private static double area(List<Integer> box) {
    return Math.max(0.0, (double) box.get(2) - box.get(0))
        * Math.max(0.0, (double) box.get(3) - box.get(1));
  }
}
