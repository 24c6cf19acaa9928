package io.github.qwenvlspark.pipeline.tile;

import io.github.qwenvlspark.runtime.media.RgbImage;
import java.util.List;

/** A rectangle of a picture, in its pixels. */
public record Tile(int left, int top, int width, int height) {

  /** Its pixels, copied. */
  public RgbImage of(RgbImage picture) {
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      int from = 3 * ((top + y) * picture.width() + left);
      System.arraycopy(picture.rgb(), from, rgb, 3 * y * width, 3 * width);
    }
    return new RgbImage(height, width, rgb);
  }

  /** {@code [x1, y1, x2, y2]} or {@code [x, y]} of this tile in pixels of the picture. */
  List<Integer> toPicture(List<Integer> coordinates) {
    if (coordinates.isEmpty()) {
      return coordinates;
    }
    return coordinates.size() == 2
        ? List.of(coordinates.get(0) + left, coordinates.get(1) + top)
        : List.of(
            coordinates.get(0) + left,
            coordinates.get(1) + top,
            coordinates.get(2) + left,
            coordinates.get(3) + top);
  }

  /** {@code [x1, y1, x2, y2]} of what both show; without area where they show nothing together. */
  List<Integer> shared(Tile other) {
    return clip(List.of(other.left, other.top, other.right(), other.bottom()));
  }

  private List<Integer> clip(List<Integer> box) {
    int x1 = Math.max(left, box.get(0));
    int y1 = Math.max(top, box.get(1));
    return List.of(
        x1,
        y1,
        Math.max(x1, Math.min(right(), box.get(2))),
        Math.max(y1, Math.min(bottom(), box.get(3))));
  }

  int right() {
    return left + width;
  }

  int bottom() {
    return top + height;
  }
}
