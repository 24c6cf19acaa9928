package io.github.qwenvlspark.runtime.preprocess;

import io.github.qwenvlspark.runtime.media.RgbImage;
import java.util.Arrays;

/**
 * A resize of 8-bit pictures along one axis in whole numbers, the result rounded to bytes: what
 * Pillow and PyTorch do alike, with weights of their own.
 *
 * @param first for each output index the first source index
 * @param factors the weights from there on, times {@code 2^precision}
 */
record FixedPointAxis(int[] first, int[][] factors, int precision) {
  private static final int CHANNELS = 3;

  /** A weight times {@code 2^precision}, rounded half away from zero. */
  static int fixedPoint(double weight, int precision) {
    double scaled = weight * (1 << precision);
    return (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  }

  /** {@code image} with as many columns as there are output indexes. */
  RgbImage columns(RgbImage image) {
    int width = first.length;
    int half = half();
    byte[] source = image.rgb();
    byte[] target = new byte[image.height() * width * CHANNELS];
    int out = 0;
    for (int y = 0; y < image.height(); y++) {
      int row = y * image.width() * CHANNELS;
      for (int x = 0; x < width; x++) {
        int in = row + first[x] * CHANNELS;
        int red = half;
        int green = half;
        int blue = half;
        for (int factor : factors[x]) {
          red += (source[in] & 0xff) * factor;
          green += (source[in + 1] & 0xff) * factor;
          blue += (source[in + 2] & 0xff) * factor;
          in += CHANNELS;
        }
        target[out++] = level(red);
        target[out++] = level(green);
        target[out++] = level(blue);
      }
    }
    return new RgbImage(image.height(), width, target);
  }

  /** {@code image} with as many rows as there are output indexes. */
  RgbImage rows(RgbImage image) {
    int height = first.length;
    int stride = image.width() * CHANNELS;
    byte[] source = image.rgb();
    byte[] target = new byte[height * stride];
    int[] sums = new int[stride];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, half());
      int in = first[y] * stride;
      for (int factor : factors[y]) {
        for (int i = 0; i < stride; i++) {
          sums[i] += (source[in + i] & 0xff) * factor;
        }
        in += stride;
      }
      int out = y * stride;
      for (int i = 0; i < stride; i++) {
        target[out + i] = level(sums[i]);
      }
    }
    return new RgbImage(height, image.width(), target);
  }

  private int half() {
    return 1 << (precision - 1);
  }

  private byte level(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> precision));
  }
}
