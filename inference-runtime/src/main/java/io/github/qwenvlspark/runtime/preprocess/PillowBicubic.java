package io.github.qwenvlspark.runtime.preprocess;

import io.github.qwenvlspark.runtime.media.RgbImage;

/**
 * Pillow's bicubic resize of 8-bit pictures, bit for bit: fixed-point weights, columns first, the
 * result rounded to bytes, then rows. Used for pictures; clips use {@link TorchBicubic}.
 *
 * <p>Source: {@code src/libImaging/Resample.c} in Pillow.
 */
public final class PillowBicubic {
  private static final int PRECISION_BITS = 32 - 8 - 2;

  private PillowBicubic() {}

  /** The picture at {@code size}; the same object where it has that size already. */
  public static RgbImage resize(RgbImage image, Size size) {
    RgbImage result = image;
    if (image.width() != size.width()) {
      result = axis(image.width(), size.width()).columns(result);
    }
    if (image.height() != size.height()) {
      result = axis(image.height(), size.height()).rows(result);
    }
    return result;
  }

  private static FixedPointAxis axis(int in, int out) {
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
    return new FixedPointAxis(first, factors, PRECISION_BITS);
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
      fixed[k] =
          FixedPointAxis.fixedPoint(total == 0 ? weights[k] : weights[k] / total, PRECISION_BITS);
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
