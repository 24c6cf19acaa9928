package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the wanted ones from frames that pass by, each at the size at which it stays. Confined to
 * one thread.
 */
final class KeptFrames {
  private final int[] wanted;
  private final FrameFit fit;
  private final List<RgbImage> kept = new ArrayList<>();
  private FrameFit.Target target;
  private int height;
  private int width;

  /**
   * Keeps none yet.
   *
   * @param wanted numbers of frames, ascending, repeats included
   */
  KeptFrames(int[] wanted, FrameFit fit) {
    this.wanted = wanted;
    this.fit = fit;
  }

  /** The decoder's current frame is the one of that number. */
  void offer(int number, FfmpegDecoder frame) {
    if (kept.size() == wanted.length || wanted[kept.size()] != number) {
      return;
    }
    if (target == null) {
      height = frame.height();
      width = frame.width();
      target = fit.target(height, width, wanted.length);
      target.requireMemory(wanted.length, "sample fewer (fps, max_frames)");
    } else if (frame.height() != height || frame.width() != width) {
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA,
          "The clip's frames change from %d x %d to %d x %d pixels; convert it to one size"
              .formatted(width, height, frame.width(), frame.height()));
    }
    RgbImage image = target.resize().apply(frame.rgb());
    while (kept.size() < wanted.length && wanted[kept.size()] == number) {
      kept.add(image);
    }
  }

  Clip clip(int totalFrames, double fps) {
    if (kept.size() < wanted.length) {
      throw BrokenMedia.corrupt("The clip decodes to fewer frames the second time");
    }
    return new Clip(kept, height, width, totalFrames, fps);
  }
}
