package io.github.qwenvlspark.pipeline.simulate;

import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Whole numbers of at least 1 with a given mean, most of them below it and a few far above: the
 * logarithm is normally distributed. Immutable; a draw is a look-up.
 */
final class Spread {
  private static final int QUANTILES = 1 << 16;

  private final int[] values = new int[QUANTILES];

  /**
   * Makes the table.
   *
   * @param mean at least 1
   * @param sigma standard deviation of the logarithm; 0 gives the mean alone
   */
  Spread(double mean, double sigma) {
    NormalDistribution normal = new NormalDistribution();
    double[] shape = new double[QUANTILES];
    for (int i = 0; i < QUANTILES; i++) {
      shape[i] = Math.exp(sigma * normal.inverseCumulativeProbability((i + 0.5) / QUANTILES));
    }
    double low = 0;
    double high = mean;
    for (int step = 0; step < 60; step++) { // rounding up to 1 raises the mean: look for the scale
      double scale = (low + high) / 2;
      if (fill(shape, scale) < mean) {
        low = scale;
      } else {
        high = scale;
      }
    }
    double unused = fill(shape, high);
  }

  /** Gives the mean. */
  private double fill(double[] shape, double scale) {
    double sum = 0;
    for (int i = 0; i < QUANTILES; i++) {
      values[i] = (int) Math.max(1, Math.round(scale * shape[i]));
      sum += values[i];
    }
    return sum / QUANTILES;
  }

  /** The number that belongs to 64 random bits. */
  int at(long bits) {
    return values[(int) (bits >>> 48)];
  }
}
