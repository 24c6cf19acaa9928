package io.github.qwenvlspark.runtime.preprocess;

import io.github.qwenvlspark.runtime.media.RgbImage;
import java.util.Arrays;

/**
 * Pillow's bicubic resize of 8-bit pictures, bit for bit: fixed-point weights, columns first, the
 * result rounded to bytes, then rows. Used for pictures; clips use {@link TorchBicubic}.
 *
 * <p>Source: {@code src/libImaging/Resample.c} in Pillow.
 */
public final class PillowBicubic {
  private static final int PRECISION_BITS = 32 - 8 - 2;
  private static final int HALF = 1 << (PRECISION_BITS - 1);
  private static final int CHANNELS = 3;

  private PillowBicubic() {}

  /** The picture at {@code size}; the same object where it has that size already. */
  public static RgbImage resize(RgbImage image, Size size) {
    RgbImage result = image;
    if (image.width() != size.width()) {
      result = columns(result, Weights.of(image.width(), size.width()));
    }
    if (image.height() != size.height()) {
      result = rows(result, Weights.of(image.height(), size.height()));
    }
    return result;
  }

  private static RgbImage columns(RgbImage image, Weights weights) {
    int width = weights.first.length;
    byte[] source = image.rgb();
    byte[] target = new byte[image.height() * width * CHANNELS];
    int out = 0;
    for (int y = 0; y < image.height(); y++) {
      int row = y * image.width() * CHANNELS;
      for (int x = 0; x < width; x++) {
        int[] factors = weights.factors[x];
        int in = row + weights.first[x] * CHANNELS;
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        for (int factor : factors) {
          red += (source[in] & 0xff) * factor;
          green += (source[in + 1] & 0xff) * factor;
          blue += (source[in + 2] & 0xff) * factor;
          in += CHANNELS;
        }
        target[out++] = clip(red);
        target[out++] = clip(green);
        target[out++] = clip(blue);
      }
    }
    return new RgbImage(image.height(), width, target);
  }

  private static RgbImage rows(RgbImage image, Weights weights) {
    int height = weights.first.length;
    int stride = image.width() * CHANNELS;
    byte[] source = image.rgb();
    byte[] target = new byte[height * stride];
    int[] sums = new int[stride];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, HALF);
      int in = weights.first[y] * stride;
      for (int factor : weights.factors[y]) {
        for (int i = 0; i < stride; i++) {
          sums[i] += (source[in + i] & 0xff) * factor;
        }
        in += stride;
      }
      int out = y * stride;
      for (int i = 0; i < stride; i++) {
        target[out + i] = clip(sums[i]);
      }
    }
    return new RgbImage(height, image.width(), target);
  }

  private static byte clip(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
  }

  /** For each output index the first source index and the fixed-point weights from there on. */
  private record Weights(int[] first, int[][] factors) {

    static Weights of(int in, int out) {
      double scale = (double) in / out;
      double filterScale = Math.max(scale, 1);
      double support = 2 * filterScale;
      double inverse = 1 / filterScale;
      int[] first = new int[out];
      int[][] factors = new int[out][];
      for (int i = 0; i < out; i++) {
        double center = (i + 0.5) * scale;
        first[i] = Math.max((int) (center - support + 0.5), 0);
        int last = Math.min((int) (center + support + 0.5), in);
        factors[i] = fixedPoint(first[i], last, center, inverse);
      }
      return new Weights(first, factors);
    }

    private static int[] fixedPoint(int first, int last, double center, double inverse) {
      double[] weights = new double[last - first];
      double total = 0;
      for (int k = 0; k < weights.length; k++) {
        weights[k] = filter((k + first - center + 0.5) * inverse);
        total += weights[k];
      }
      int[] fixed = new int[weights.length];
      for (int k = 0; k < fixed.length; k++) {
        double scaled = (total == 0 ? weights[k] : weights[k] / total) * (1 << PRECISION_BITS);
        fixed[k] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
      }
      return fixed;
    }

    private static double filter(double x) {
      double a = -0.5;
      double d = Math.abs(x);
      if (d < 1) {
        return ((a + 2) * d - (a + 3)) * d * d + 1;
      }
      if (d < 2) {
        return (((d - 5) * d + 8) * d - 4) * a;
      }
      return 0;
    }
  }
}
