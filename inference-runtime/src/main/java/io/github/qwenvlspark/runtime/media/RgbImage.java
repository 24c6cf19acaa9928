package io.github.qwenvlspark.runtime.media;

/**
 * Decoded pixels: {@code [height, width, 3]} uint8, red first. The array is not copied: treat it as
 * read-only.
 */
public final class RgbImage {
  private final int height;
  private final int width;
  private final byte[] rgb;
  private final boolean exact;

  public RgbImage(int height, int width, byte[] rgb) {
    this(height, width, rgb, true);
  }

  private RgbImage(int height, int width, byte[] rgb, boolean exact) {
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
    this.exact = exact;
  }

  /** The same pixels, known to differ from those that the reference's decoder gives. */
  RgbImage inexact() {
    return new RgbImage(height, width, rgb, false);
  }

  /** Whether these are the pixels of the reference. */
  public boolean isExact() {
    return exact;
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
