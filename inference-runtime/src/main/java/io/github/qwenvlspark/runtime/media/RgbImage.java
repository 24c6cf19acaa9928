package io.github.qwenvlspark.runtime.media;

/**
 * Decoded pixels: {@code [height, width, 3]} uint8, red first. The array is not copied: treat it as
 * read-only.
 */
public final class RgbImage {
  private final int height;
  private final int width;
  private final byte[] rgb;

  public RgbImage(int height, int width, byte[] rgb) {
    if (height < 1
        || width < 1
        || rgb.length != Math.multiplyExact(Math.multiplyExact(height, width), 3)) {
      throw new IllegalArgumentException(
          "%d bytes are no RGB picture of height %d and width %d"
              .formatted(rgb.length, height, width));
    }
    this.height = height;
    this.width = width;
    this.rgb = rgb;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** {@code [height, width, 3]} uint8. */
  public byte[] rgb() {
    return rgb;
  }
}
