package io.github.qwenvlspark.runtime.preprocess;

import io.github.qwenvlspark.runtime.media.RgbImage;
import java.util.Arrays;

/**
 * The antialiased bicubic resize of video frames: float32 throughout, columns first, clipped and
 * rounded (half to even) once at the end. Up to 29 levels from {@link PillowBicubic}.
 *
 * <p>Source: {@code torchvision.transforms.functional.resize} as qwen-vl-utils calls it for clips;
 * equal but for the order of float additions (at most 1 level on 0.1 % of values).
 */
public final class TorchBicubic {
  private static final int CHANNELS = 3;

  private TorchBicubic() {}

  /** The frame at {@code size}; the same object where it has that size already. */
  public static RgbImage resize(RgbImage frame, Size size) {
    if (frame.height() == size.height() && frame.width() == size.width()) {
      return frame;
    }
    float[] wide = columns(frame, Weights.of(frame.width(), size.width()));
    return rows(wide, size, Weights.of(frame.height(), size.height()));
  }

  private static float[] columns(RgbImage frame, Weights weights) {
    int width = weights.first.length;
    byte[] source = frame.rgb();
    float[] target = new float[frame.height() * width * CHANNELS];
    int out = 0;
    for (int y = 0; y < frame.height(); y++) {
      int row = y * frame.width() * CHANNELS;
      for (int x = 0; x < width; x++) {
        int in = row + weights.first[x] * CHANNELS;
        float red = 0;
        float green = 0;
        float blue = 0;
        for (float factor : weights.factors[x]) {
          red += (source[in] & 0xff) * factor;
          green += (source[in + 1] & 0xff) * factor;
          blue += (source[in + 2] & 0xff) * factor;
          in += CHANNELS;
        }
        target[out++] = red;
        target[out++] = green;
        target[out++] = blue;
      }
    }
    return target;
  }

  private static RgbImage rows(float[] source, Size size, Weights weights) {
    int stride = size.width() * CHANNELS;
    byte[] target = new byte[size.height() * stride];
    float[] sums = new float[stride];
    for (int y = 0; y < size.height(); y++) {
      Arrays.fill(sums, 0);
      int in = weights.first[y] * stride;
      for (float factor : weights.factors[y]) {
        for (int i = 0; i < stride; i++) {
          sums[i] += source[in + i] * factor;
        }
        in += stride;
      }
      int out = y * stride;
      for (int i = 0; i < stride; i++) {
        target[out + i] = (byte) (int) Math.rint(Math.max(0, Math.min(255, sums[i])));
      }
    }
    return new RgbImage(size.height(), size.width(), target);
  }

  /** For each output index the first source index and the weights from there on. */
  private record Weights(int[] first, float[][] factors) {

    static Weights of(int in, int out) {
      float scale = (float) in / out;
      float support = scale >= 1 ? 2 * scale : 2;
      float inverse = scale >= 1 ? 1 / scale : 1;
      int[] first = new int[out];
      float[][] factors = new float[out][];
      for (int i = 0; i < out; i++) {
        float center = scale * (i + 0.5f);
        first[i] = Math.max((int) (center - support + 0.5f), 0);
        int last = Math.min((int) (center + support + 0.5f), in);
        factors[i] = normalized(first[i], last, center, inverse);
      }
      return new Weights(first, factors);
    }

    private static float[] normalized(int first, int last, float center, float inverse) {
      float[] weights = new float[last - first];
      float total = 0;
      for (int k = 0; k < weights.length; k++) {
        weights[k] = filter(((k + first) - center + 0.5f) * inverse);
        total += weights[k];
      }
      if (total != 0) {
        for (int k = 0; k < weights.length; k++) {
          weights[k] /= total;
        }
      }
      return weights;
    }

    private static float filter(float x) {
      float a = -0.5f;
      float d = Math.abs(x);
      if (d < 1) {
        return ((a + 2) * d - (a + 3)) * d * d + 1;
      }
      if (d < 2) {
        return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
      }
      return 0;
    }
  }
}
