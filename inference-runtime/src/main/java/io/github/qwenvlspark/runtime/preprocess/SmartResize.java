package io.github.qwenvlspark.runtime.preprocess;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;

/**
 * The size at which the model sees a picture: sides are multiples of {@code factor}, the area lies
 * within limits, the aspect ratio is kept as well as that allows.
 *
 * <p>Source: {@code smart_resize} in qwen-vl-utils, vision_process.py.
 */
public final class SmartResize {
  /** Patch side 14 times merge side 2. */
  public static final int FACTOR = 28;

  private static final int MAX_RATIO = 200;

  private SmartResize() {}

  /**
   * The resized size.
   *
   * @throws QwenVlException INVALID_REQUEST if one side is over 200 times the other, or if the
   *     limits leave no room for one block
   */
  public static Size fit(Size size, PixelLimits limits, int factor) {
    Size rounded = rounded(size, factor);
    Size lifted = new Size(Math.max(factor, rounded.height()), Math.max(factor, rounded.width()));
    return requireArea(within(size, lifted, limits, factor), size, limits);
  }

  /**
   * The resized size after {@code smart_resize} of transformers, image_processing_qwen2_vl.py: a
   * narrow side is lifted to {@code factor} after the limits are applied, not before.
   *
   * @throws QwenVlException INVALID_REQUEST if one side is over 200 times the other
   */
  public static Size fitAsTransformers(Size size, PixelLimits limits, int factor) {
    Size rounded = rounded(size, factor);
    Size fitted = within(size, rounded, limits, factor);
    Size lifted =
        rounded.area() > limits.maxPixels()
            ? new Size(Math.max(factor, fitted.height()), Math.max(factor, fitted.width()))
            : fitted;
    return requireArea(lifted, size, limits);
  }

  /** Sides rounded to multiples of {@code factor}; a side may be 0. */
  private static Size rounded(Size size, int factor) {
    int height = size.height();
    int width = size.width();
    if (height < 1 || width < 1) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "A picture of %d x %d pixels cannot be resized: sides must be positive"
              .formatted(width, height));
    }
    double ratio = (double) Math.max(height, width) / Math.min(height, width);
    if (ratio > MAX_RATIO) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "A picture of %d x %d pixels cannot be resized: one side is %.1f times the other, at most %d is allowed"
              .formatted(width, height, ratio, MAX_RATIO));
    }
    return new Size(roundTo(height, factor), roundTo(width, factor));
  }

  private static Size within(Size size, Size rounded, PixelLimits limits, int factor) {
    int height = size.height();
    int width = size.width();
    if (rounded.area() > limits.maxPixels()) {
      double beta = Math.sqrt((double) height * width / limits.maxPixels());
      return new Size(floorTo(height / beta, factor), floorTo(width / beta, factor));
    } else if (rounded.area() < limits.minPixels()) {
      double beta = Math.sqrt(limits.minPixels() / ((double) height * width));
      return new Size(ceilTo(height * beta, factor), ceilTo(width * beta, factor));
    }
    return rounded;
  }

  private static Size requireArea(Size result, Size size, PixelLimits limits) {
    if (result.area() == 0) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "A picture of %d x %d pixels does not fit max_pixels %s without a side of 0; raise max_pixels"
              .formatted(size.width(), size.height(), limits.maxPixels()));
    }
    return result;
  }

  /** Half to even, as Python rounds: a side of 70 becomes 56, not 84. */
  private static int roundTo(int side, int factor) {
    return (int) Math.rint((double) side / factor) * factor;
  }

  private static int floorTo(double side, int factor) {
    return (int) Math.floor(side / factor) * factor;
  }

  private static int ceilTo(double side, int factor) {
    return (int) Math.ceil(side / factor) * factor;
  }
}
