package io.github.qwenvlspark.runtime.media;

/**
 * Pixels that are put together from tiles; what no tile covers is black. Confined to one thread.
 */
final class TileCanvas {
  private final int height;
  private final int width;
  private final byte[] rgb;

  TileCanvas(int height, int width) {
    this.height = height;
    this.width = width;
    this.rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(height, width))];
  }

  /** Puts a tile with its left upper corner at {@code (top, left)}; what juts out is cut off. */
  void put(RgbImage tile, int top, int left) {
    int columns = Math.min(tile.width(), width - left);
    int rows = Math.min(tile.height(), height - top);
    if (top < 0 || left < 0 || columns < 1 || rows < 1) {
      throw BrokenMedia.corrupt("A tile of the picture lies outside of it");
    }
    for (int y = 0; y < rows; y++) {
      System.arraycopy(
          tile.rgb(), 3 * y * tile.width(), rgb, 3 * ((top + y) * width + left), 3 * columns);
    }
  }

  /** The picture of that size whose left upper corner is at {@code (top, left)}. */
  RgbImage part(int top, int left, int partHeight, int partWidth) {
    if (top < 0
        || left < 0
        || partHeight < 1
        || partWidth < 1
        || partHeight > height - top
        || partWidth > width - left) {
      throw BrokenMedia.corrupt("The picture is larger than its tiles");
    }
    byte[] part = new byte[3 * partHeight * partWidth];
    for (int y = 0; y < partHeight; y++) {
      System.arraycopy(rgb, 3 * ((top + y) * width + left), part, 3 * y * partWidth, 3 * partWidth);
    }
    return new RgbImage(partHeight, partWidth, part);
  }
}
