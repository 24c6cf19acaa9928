package io.github.qwenvlspark.udfs.geometry;

import io.github.qwenvlspark.runtime.preprocess.Size;
import java.util.Collection;
import java.util.List;

/**
 * Maps coordinates of the resized picture, which answers use, to the original picture.
 *
 * <p>Source: {@code plot_bounding_boxes} in the spatial understanding cookbook of Qwen2.5-VL.
 */
public record BoxMapping(Size resized, Size original) {

  /**
   * {@code [x1, y1, x2, y2]} in pixels of the original: corners ordered, clipped to the picture.
   */
  public List<Integer> box(List<Integer> box) {
    int x1 = x(box.get(0));
    int y1 = y(box.get(1));
    int x2 = x(box.get(2));
    int y2 = y(box.get(3));
    return List.of(Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2));
  }

  /** {@code [x, y]} in pixels of the original, clipped to the picture. */
  public List<Integer> point(List<Integer> point) {
    return List.of(x(point.get(0)), y(point.get(1)));
  }

  /** A box or a point, told apart by its length. */
  public List<Integer> place(List<Integer> place) {
    return place.size() == 2 ? point(place) : box(place);
  }

  /** How many of these boxes and points, as the answer has them, leave the resized picture. */
  public int outOfFrame(Collection<List<Integer>> places) {
    return (int) places.stream().filter(this::leavesFrame).count();
  }

  private boolean leavesFrame(List<Integer> place) {
    for (int i = 0; i < place.size(); i++) {
      int most = i % 2 == 0 ? resized.width() : resized.height();
      if (place.get(i) < 0 || place.get(i) > most) {
        return true;
      }
    }
    return false;
  }

  private int x(int x) {
    return scale(x, resized.width(), original.width());
  }

  private int y(int y) {
    return scale(y, resized.height(), original.height());
  }

  private static int scale(int value, int from, int to) {
    return Math.max(0, Math.min(to, (int) ((double) value / from * to)));
  }
}
