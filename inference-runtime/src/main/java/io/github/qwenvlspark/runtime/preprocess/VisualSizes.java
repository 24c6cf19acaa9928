package io.github.qwenvlspark.runtime.preprocess;

import java.io.Serializable;

/**
 * At which sizes a model sees pictures and clips, and how many tokens they become; from sizes
 * alone. Immutable.
 *
 * @param path whose arithmetic is followed
 * @param pictures pixel bounds of pictures that say nothing of their own
 */
public record VisualSizes(PreprocessorPath path, PixelLimits pictures) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final long TOKEN_PIXELS = (long) SmartResize.FACTOR * SmartResize.FACTOR;

  /**
   * The size at which the model sees a picture.
   *
   * @throws io.github.qwenvlspark.runtime.QwenVlException INVALID_REQUEST if it cannot be resized
   */
  public Size picture(Size original, VisualSize size) {
    return size.exact()
        .map(exact -> path.fit(exact, pictures))
        .orElseGet(() -> path.fit(original, pictureLimits(size)));
  }

  /** Fewest and most pixels of a resized picture. */
  public PixelLimits pictureLimits(VisualSize size) {
    return new PixelLimits(
        size.minPixels().isPresent() ? size.minPixels().getAsInt() : pictures.minPixels(),
        size.maxPixels().isPresent() ? size.maxPixels().getAsInt() : pictures.maxPixels());
  }

  /**
   * The size at which the model sees each of the sampled frames of a clip.
   *
   * @throws io.github.qwenvlspark.runtime.QwenVlException INVALID_REQUEST if it cannot be resized
   */
  public Size frame(Size original, int frames, VisualSize size) {
    return size.exact()
        .map(exact -> path.fit(exact, pictures))
        .orElseGet(() -> path.fit(original, frameLimits(frames, size)));
  }

  /**
   * Limits of one of a clip's frames. The video processor of transformers takes those of pictures
   * from the same file, and knows no budget of the whole clip.
   */
  private PixelLimits frameLimits(int frames, VisualSize size) {
    if (path == PreprocessorPath.TRANSFORMERS) {
      return pictureLimits(size);
    }
    VideoBudget budget =
        new VideoBudget(
            size.minPixels().orElse(VideoBudget.FRAME_MIN_PIXELS),
            size.totalPixels().isPresent()
                ? size.totalPixels().getAsInt()
                : VideoBudget.TOTAL_PIXELS);
    return size.maxPixels().isPresent()
        ? budget.limits(frames, size.maxPixels().getAsInt())
        : budget.limits(frames);
  }

  /**
   * Tokens of a picture, or of all frames of a clip, of which two become one layer.
   *
   * @param resized size of each as the model sees it
   */
  public static long tokens(int frames, Size resized) {
    long pairs = (frames + 1L) / 2;
    return pairs * (resized.area() / TOKEN_PIXELS);
  }
}
