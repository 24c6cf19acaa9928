package io.github.qwenvlspark.runtime.preprocess;

/**
 * Bytes to float32 model input, per channel. The reference has two orders of the same arithmetic,
 * which differ in the last bit. There are only 3 x 256 inputs: both are tables. Immutable.
 */
public final class Normalization {
  private static final int CHANNELS = 3;
  private static final int LEVELS = 256;

  private final float[][] image;
  private final float[][] video;

  /** Tables for {@code mean} and {@code std} of red, green, blue on a scale of 0 to 1. */
  public Normalization(float[] mean, float[] std) {
    image = new float[CHANNELS][LEVELS];
    video = new float[CHANNELS][LEVELS];
    for (int channel = 0; channel < CHANNELS; channel++) {
      for (int level = 0; level < LEVELS; level++) {
        float rescaled = (float) (level * (1 / 255.0));
        image[channel][level] = (rescaled - mean[channel]) / std[channel];
        video[channel][level] = (level - mean[channel] * 255f) / (std[channel] * 255f);
      }
    }
  }

  /** For pictures: rescale, then normalise. Source: {@code image_transforms.py} of transformers. */
  float[][] image() {
    return image;
  }

  /** For clips: both in one. Source: {@code rescale_and_normalize} of transformers. */
  float[][] video() {
    return video;
  }
}
