package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.runtime.media.RgbImage;

/**
 * Whether a picture is a blank sheet: all pixels but a few specks of dust are near the mean colour.
 * Looks at each pixel once, some milliseconds for a page.
 */
final class EmptyPage {
  /** Levels, of 256, from the mean. */
  private static final int NEAR = 32;

  /** One pixel of so many may be dust: about 40 of a page at 144 dpi, less than a letter. */
  private static final int DUST = 50_000;

  private EmptyPage() {}

  static boolean is(RgbImage picture) {
    byte[] rgb = picture.rgb();
    long[] sums = new long[3];
    for (int i = 0; i < rgb.length; i++) {
      sums[i % 3] += rgb[i] & 0xFF;
    }
    int pixels = rgb.length / 3;
    int[] mean = {(int) (sums[0] / pixels), (int) (sums[1] / pixels), (int) (sums[2] / pixels)};
    int left = pixels / DUST;
    for (int i = 0; i < rgb.length; i += 3) {
      if (far(rgb[i], mean[0]) || far(rgb[i + 1], mean[1]) || far(rgb[i + 2], mean[2])) {
        if (--left < 0) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean far(byte level, int mean) {
    return Math.abs((level & 0xFF) - mean) > NEAR;
  }
}
