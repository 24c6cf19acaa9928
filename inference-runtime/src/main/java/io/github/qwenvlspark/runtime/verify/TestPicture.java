package io.github.qwenvlspark.runtime.verify;

import io.github.qwenvlspark.runtime.media.RgbImage;

/** Pictures made by a formula: slopes, stripes and blocks, the same on every machine. */
final class TestPicture {
  private TestPicture() {}

  static RgbImage of(int height, int width, int seed) {
    byte[] rgb = new byte[height * width * 3];
    int out = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        rgb[out++] = (byte) (255 * x / width);
        rgb[out++] = (byte) ((y / 7 + seed) % 2 == 0 ? 230 : 20);
        rgb[out++] = (byte) (x / 14 * 37 + y / 14 * 91 + seed * 53);
      }
    }
    return new RgbImage(height, width, rgb);
  }
}
