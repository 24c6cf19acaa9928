package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.function.UnaryOperator;

/** Decides at which size the frames of a clip are kept, once it is known how many they are. */
@FunctionalInterface
public interface FrameFit {
  /** Every frame as it was decoded. */
  FrameFit AS_DECODED = (height, width, frames) -> new Target(height, width, frame -> frame);

  /**
   * The size for {@code frames} kept frames of the given height and width.
   *
   * @throws QwenVlException if they cannot be seen at any size
   */
  Target target(int height, int width, int frames);

  /**
   * How frames are kept.
   *
   * @param height of a kept frame
   * @param width of a kept frame
   * @param resize brings a decoded frame to that size; called once for each
   */
  record Target(int height, int width, UnaryOperator<RgbImage> resize) {}
}
