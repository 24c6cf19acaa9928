package io.github.qwenvlspark.runtime.media;

/**
 * How stored rows and columns are turned to be seen upright; the constants are tag values 1 to 8.
 * Applied to TIFF as Pillow does when it loads one; elsewhere if {@link PictureRules} say so.
 */
enum Orientation {
  UPRIGHT,
  MIRRORED,
  TURNED_180,
  FLIPPED,
  TRANSPOSED,
  TURNED_RIGHT,
  TRANSVERSED,
  TURNED_LEFT;

  /** By tag value; anything unknown is upright. */
  static Orientation of(int tag) {
    return tag >= 1 && tag <= 8 ? values()[tag - 1] : UPRIGHT;
  }

  RgbImage apply(RgbImage image) {
    if (this == UPRIGHT) {
      return image;
    }
    boolean swaps = compareTo(TRANSPOSED) >= 0;
    int height = swaps ? image.width() : image.height();
    int width = swaps ? image.height() : image.width();
    byte[] source = image.rgb();
    byte[] target = new byte[source.length];
    int out = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int in = 3 * source(y, x, image.height() - 1, image.width() - 1, image.width());
        target[out++] = source[in];
        target[out++] = source[in + 1];
        target[out++] = source[in + 2];
      }
    }
    return new RgbImage(height, width, target);
  }

  private int source(int y, int x, int lastRow, int lastColumn, int stride) {
    return switch (this) {
      case UPRIGHT -> y * stride + x;
      case MIRRORED -> y * stride + lastColumn - x;
      case TURNED_180 -> (lastRow - y) * stride + lastColumn - x;
      case FLIPPED -> (lastRow - y) * stride + x;
      case TRANSPOSED -> x * stride + y;
      case TURNED_RIGHT -> (lastRow - x) * stride + y;
      case TRANSVERSED -> (lastRow - x) * stride + lastColumn - y;
      case TURNED_LEFT -> x * stride + lastColumn - y;
    };
  }
}
