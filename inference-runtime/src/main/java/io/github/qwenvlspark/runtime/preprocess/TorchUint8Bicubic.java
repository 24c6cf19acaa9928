package io.github.qwenvlspark.runtime.preprocess;

import io.github.qwenvlspark.runtime.media.RgbImage;
import java.util.Arrays;

/**
 * PyTorch's antialiased bicubic resize of uint8 tensors, bit for bit: the weights of an axis are
 * 16-bit integers of as many bits as its largest weight leaves room for, columns first, the result
 * rounded to bytes, then rows. At most 1 level from {@link PillowBicubic}, on 0.6 % of values.
 *
 * <p>Source: {@code _compute_index_ranges_int16_weights} in PyTorch,
 * aten/src/ATen/native/cpu/UpSampleKernel.cpp.
 */
public final class TorchUint8Bicubic {
  private static final int CHANNELS = 3;

  private TorchUint8Bicubic() {}

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
    int half = weights.half();
    byte[] source = image.rgb();
    byte[] target = new byte[image.height() * width * CHANNELS];
    int out = 0;
    for (int y = 0; y < image.height(); y++) {
      int row = y * image.width() * CHANNELS;
      for (int x = 0; x < width; x++) {
        int in = row + weights.first[x] * CHANNELS;
        int red = half;
        int green = half;
        int blue = half;
        for (int factor : weights.factors[x]) {
          red += (source[in] & 0xff) * factor;
          green += (source[in + 1] & 0xff) * factor;
          blue += (source[in + 2] & 0xff) * factor;
          in += CHANNELS;
        }
        target[out++] = weights.level(red);
        target[out++] = weights.level(green);
        target[out++] = weights.level(blue);
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
      Arrays.fill(sums, weights.half());
      int in = weights.first[y] * stride;
      for (int factor : weights.factors[y]) {
        for (int i = 0; i < stride; i++) {
          sums[i] += (source[in + i] & 0xff) * factor;
        }
        in += stride;
      }
      int out = y * stride;
      for (int i = 0; i < stride; i++) {
        target[out + i] = weights.level(sums[i]);
      }
    }
    return new RgbImage(height, image.width(), target);
  }

  /**
   * Weights of one axis.
   *
   * @param first for each output index the first source index
   * @param factors the weights from there on, times {@code 2^precision}, each within 16 bits
   */
  private record Weights(int[] first, int[][] factors, int precision) {
    private static final int MAX_PRECISION = 22;
    private static final int LIMIT = 1 << 15;

    static Weights of(int in, int out) {
      double scale = (double) in / out;
      double support = scale >= 1 ? 2 * scale : 2;
      double inverse = scale >= 1 ? 1 / scale : 1;
      int[] first = new int[out];
      double[][] exact = new double[out][];
      double largest = 0;
      for (int i = 0; i < out; i++) {
        double center = scale * (i + 0.5);
        first[i] = Math.max((int) (center - support + 0.5), 0);
        int last = Math.min((int) (center + support + 0.5), in);
        exact[i] = normalized(first[i], last, center, inverse);
        largest = Math.max(largest, Arrays.stream(exact[i]).max().orElse(0));
      }
      int precision = precision(largest);
      int[][] factors = new int[out][];
      for (int i = 0; i < out; i++) {
        factors[i] = Arrays.stream(exact[i]).mapToInt(weight -> round(weight, precision)).toArray();
      }
      return new Weights(first, factors, precision);
    }

    private static double[] normalized(int first, int last, double center, double inverse) {
      double[] weights = new double[last - first];
      double total = 0;
      for (int k = 0; k < weights.length; k++) {
        weights[k] = filter((k + first - center + 0.5) * inverse);
        total += weights[k];
      }
      if (total != 0) {
        for (int k = 0; k < weights.length; k++) {
          weights[k] /= total;
        }
      }
      return weights;
    }

    private static double filter(double x) {
      double a = -0.5;
      double d = Math.abs(x);
      if (d < 1) {
        return ((a + 2) * d - (a + 3)) * d * d + 1;
      }
      if (d < 2) {
        return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
      }
      return 0;
    }

    private static int precision(double largest) {
      int precision = 0;
      while (precision < MAX_PRECISION && (int) (0.5 + largest * (1 << (precision + 1))) < LIMIT) {
        precision++;
      }
      return precision;
    }

    private static int round(double weight, int precision) {
      double scaled = weight * (1 << precision);
      return (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }

    int half() {
      return 1 << (precision - 1);
    }

    byte level(int sum) {
      return (byte) Math.max(0, Math.min(255, sum >> precision));
    }
  }
}
