package io.github.qwenvlspark.runtime.preprocess;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.RgbImage;
import java.util.List;

/**
 * Decoded pixels to model input, on the reference's own path: pictures by Pillow's arithmetic,
 * clips by torchvision's. Immutable.
 *
 * @param imageLimits pixel bounds of pictures that say nothing of their own
 */
public record VisualPreprocessor(PixelLimits imageLimits, Normalization normalization) {
  /** Name of this path, recorded beside each answer. */
  public static final String NAME = "qwen-vl-utils/pillow";

  private static final int VALUES_PER_PIXEL = 3 * 2;

  /** A still picture. Source: {@code fetch_image} in qwen-vl-utils. */
  public PreparedVisual image(RgbImage pixels, VisualSize size) {
    Size original = new Size(pixels.height(), pixels.width());
    Size target = pictureSize(original, size);
    requireRoom(1, target);
    RgbImage resized = PillowBicubic.resize(pixels, target);
    return new PreparedVisual(
        Patchifier.patchify(List.of(resized), normalization.image()), original, target, 1);
  }

  /**
   * A clip given as pictures: each is resized as a picture is. Source: {@code fetch_video} in
   * qwen-vl-utils, for a list.
   */
  public PreparedVisual frames(List<RgbImage> pictures, VisualSize size) {
    List<Size> originals =
        pictures.stream().map(picture -> new Size(picture.height(), picture.width())).toList();
    Size target = pictureSize(originals.get(0), size);
    for (int i = 0; i < originals.size(); i++) {
      Size other = pictureSize(originals.get(i), size);
      if (!other.equals(target)) {
        throw new QwenVlException(
            ErrorType.INVALID_REQUEST,
            "Picture %d of a clip is resized to %d x %d, the first to %d x %d: give pictures of one size, or resized_height and resized_width"
                .formatted(i + 1, other.width(), other.height(), target.width(), target.height()));
      }
    }
    requireRoom(pictures.size(), target);
    List<RgbImage> resized =
        pictures.stream().map(picture -> PillowBicubic.resize(picture, target)).toList();
    return new PreparedVisual(
        Patchifier.patchify(resized, normalization.video()),
        originals.get(0),
        target,
        pictures.size());
  }

  /** The size at which the model sees a picture. */
  public Size pictureSize(Size original, VisualSize size) {
    return size.exact()
        .map(exact -> SmartResize.fit(exact, imageLimits, SmartResize.FACTOR))
        .orElseGet(() -> SmartResize.fit(original, imageLimits(size), SmartResize.FACTOR));
  }

  private PixelLimits imageLimits(VisualSize size) {
    return new PixelLimits(
        size.minPixels().isPresent() ? size.minPixels().getAsInt() : imageLimits.minPixels(),
        size.maxPixels().isPresent() ? size.maxPixels().getAsInt() : imageLimits.maxPixels());
  }

  /** Sampled frames of a clip, all of one size. Source: {@code fetch_video} in qwen-vl-utils. */
  public PreparedVisual video(List<RgbImage> frames, VisualSize size) {
    Size original = new Size(frames.get(0).height(), frames.get(0).width());
    Size target = frameSize(original, frames.size(), size);
    requireRoom(frames.size(), target);
    List<RgbImage> resized =
        frames.stream().map(frame -> TorchBicubic.resize(frame, target)).toList();
    return new PreparedVisual(
        Patchifier.patchify(resized, normalization.video()), original, target, frames.size());
  }

  /** The size at which the model sees each of the sampled frames of a clip. */
  public Size frameSize(Size original, int frames, VisualSize size) {
    VideoBudget budget =
        new VideoBudget(
            size.minPixels().orElse(VideoBudget.FRAME_MIN_PIXELS),
            size.totalPixels().isPresent()
                ? size.totalPixels().getAsInt()
                : VideoBudget.TOTAL_PIXELS);
    PixelLimits limits =
        size.maxPixels().isPresent()
            ? budget.limits(frames, size.maxPixels().getAsInt())
            : budget.limits(frames);
    return size.exact()
        .map(exact -> SmartResize.fit(exact, imageLimits, SmartResize.FACTOR))
        .orElseGet(() -> SmartResize.fit(original, limits, SmartResize.FACTOR));
  }

  /** A Java array ends at 2,147,483,647 values; the resize needs less than the patches. */
  private static void requireRoom(int frames, Size size) {
    int pairs = (frames + 1) / 2;
    if (size.area() * VALUES_PER_PIXEL > Integer.MAX_VALUE / pairs) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "%d frames of %d x %d pixels are more than one request can hold; lower max_pixels or sample fewer"
              .formatted(frames, size.width(), size.height()));
    }
  }
}
