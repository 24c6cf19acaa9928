package io.github.qwenvlspark.runtime.preprocess;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.FrameFit;
import io.github.qwenvlspark.runtime.media.RgbImage;
import java.util.List;

/**
 * Decoded pixels to model input. Immutable.
 *
 * @param path whose arithmetic is followed
 * @param imageLimits pixel bounds of pictures that say nothing of their own
 */
public record VisualPreprocessor(
    PreprocessorPath path, PixelLimits imageLimits, Normalization normalization) {
  private static final int VALUES_PER_PIXEL = 3 * 2;

  /** On the reference's path. */
  public VisualPreprocessor(PixelLimits imageLimits, Normalization normalization) {
    this(PreprocessorPath.QWEN_VL_UTILS, imageLimits, normalization);
  }

  /**
   * A still picture. Source: {@code fetch_image} in qwen-vl-utils, or {@code Qwen2VLImageProcessor}
   * in transformers.
   */
  public PreparedVisual image(RgbImage pixels, VisualSize size) {
    Size original = new Size(pixels.height(), pixels.width());
    Size target = pictureSize(original, size);
    requireRoom(1, target);
    RgbImage resized = path.resizePicture(pixels, target);
    return new PreparedVisual(
        Patchifier.patchify(List.of(resized), path.pictureLevels(normalization)),
        original,
        target,
        1);
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
        pictures.stream().map(picture -> path.resizePicture(picture, target)).toList();
    return new PreparedVisual(
        Patchifier.patchify(resized, normalization.video()),
        originals.get(0),
        target,
        pictures.size());
  }

  /** The size at which the model sees a picture. */
  public Size pictureSize(Size original, VisualSize size) {
    return sizes().picture(original, size);
  }

  /** Fewest and most pixels of a resized picture. */
  public PixelLimits pictureLimits(VisualSize size) {
    return sizes().pictureLimits(size);
  }

  private VisualSizes sizes() {
    return new VisualSizes(path, imageLimits);
  }

  /**
   * Sampled frames of a clip, all of one size. Source: {@code fetch_video} in qwen-vl-utils, or
   * {@code Qwen2VLVideoProcessor} in transformers.
   */
  public PreparedVisual video(List<RgbImage> frames, VisualSize size) {
    Size original = new Size(frames.get(0).height(), frames.get(0).width());
    Size target = frameSize(original, frames.size(), size);
    requireRoom(frames.size(), target);
    return resized(
        frames.stream().map(frame -> path.resizeFrame(frame, target)).toList(), original);
  }

  /**
   * Sampled frames of a clip that {@link #frameFit} has resized.
   *
   * @param original size of a frame before
   */
  public PreparedVisual resized(List<RgbImage> frames, Size original) {
    Size size = new Size(frames.get(0).height(), frames.get(0).width());
    return new PreparedVisual(
        Patchifier.patchify(frames, normalization.video()), original, size, frames.size());
  }

  /** The resize of {@link #video} and of {@link #frames} for one frame after the other. */
  public FrameFit frameFit(VisualSize size) {
    return FrameFit.of(
        (height, width, frames) -> {
          Size target = frameSize(new Size(height, width), frames, size);
          requireRoom(frames, target);
          return new FrameFit.Target(
              target.height(), target.width(), frame -> path.resizeFrame(frame, target));
        },
        (height, width, pictures) -> {
          Size target = pictureSize(new Size(height, width), size);
          requireRoom(pictures, target);
          return new FrameFit.Target(
              target.height(), target.width(), picture -> path.resizePicture(picture, target));
        });
  }

  /** The size at which the model sees each of the sampled frames of a clip. */
  public Size frameSize(Size original, int frames, VisualSize size) {
    return sizes().frame(original, frames, size);
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
