package io.github.qwenvlspark.runtime.media;

/**
 * How stored rows and columns are turned to be seen upright; the constants are tag values 1 to 8.
 * Applied to TIFF as Pillow does when it loads one, and to HEIF, whose standard asks for it;
 * elsewhere if {@link PictureRules} say so.
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

  /**
   * By the signs of a matrix that takes stored columns and rows to seen ones: {@code x' = xx x + yx
   * y}, {@code y' = xy x + yy y}. Anything but a turn or a mirror is upright.
   */
  static Orientation of(int xx, int xy, int yx, int yy) {
    if (xx * yy != 0 && xy == 0 && yx == 0) {
      return xx > 0 ? (yy > 0 ? UPRIGHT : FLIPPED) : (yy > 0 ? MIRRORED : TURNED_180);
    }
    if (xy * yx != 0 && xx == 0 && yy == 0) {
      return xy > 0 ? (yx > 0 ? TRANSPOSED : TURNED_RIGHT) : (yx > 0 ? TURNED_LEFT : TRANSVERSED);
    }
    return UPRIGHT;
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
