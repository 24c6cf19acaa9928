package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures that are the frames of a clip, each resized as it comes, so that many large ones take no
 * more memory than the model sees. Confined to one thread.
 */
public final class PictureFrames {
  private final FrameFit fit;
  private final int count;
  private final List<RgbImage> frames = new ArrayList<>();
  private FrameFit.Target target;
  private int height;
  private int width;

  /**
   * Keeps none yet.
   *
   * @param fit of the clip, see {@link FrameFit#ofPictures}
   * @param count how many will come
   */
  public PictureFrames(FrameFit fit, int count) {
    this.fit = fit.ofPictures();
    this.count = count;
  }

  /**
   * Takes the next picture.
   *
   * @throws QwenVlException INVALID_REQUEST if it comes out at another size than the first,
   *     TOO_LARGE for more than memory holds, and what the fit throws
   */
  public void add(RgbImage picture) {
    FrameFit.Target own = fit.target(picture.height(), picture.width(), count);
    if (frames.isEmpty()) {
      own.requireMemory(count, "give fewer or smaller ones");
      target = own;
      height = picture.height();
      width = picture.width();
    } else if (own.height() != target.height() || own.width() != target.width()) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "Picture %d of a clip is resized to %d x %d, the first to %d x %d: give pictures of one size, or resized_height and resized_width"
              .formatted(
                  frames.size() + 1, own.width(), own.height(), target.width(), target.height()));
    }
    RgbImage resized = own.resize().apply(picture);
    frames.add(picture.isExact() ? resized : resized.inexact());
  }

  /** The resized pictures so far. */
  public List<RgbImage> frames() {
    return List.copyOf(frames);
  }

  /** Height of the first picture as it was. */
  public int height() {
    return height;
  }

  /** Width of the first picture as it was. */
  public int width() {
    return width;
  }
}
