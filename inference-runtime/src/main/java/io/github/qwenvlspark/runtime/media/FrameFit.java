package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.function.UnaryOperator;

/** Decides at which size the frames of a clip are kept, once it is known how many they are. */
public interface FrameFit {
  /** Every frame as it was decoded. */
  FrameFit AS_DECODED = (height, width, frames) -> new Target(height, width, frame -> frame);

  /** Fits that differ for frames of a clip and for pictures that are given as frames. */
  static FrameFit of(FrameFit clip, FrameFit pictures) {
    return new FrameFit() {
      @Override
      public Target target(int height, int width, int frames) {
        return clip.target(height, width, frames);
      }

      @Override
      public FrameFit ofPictures() {
        return pictures;
      }
    };
  }

  /**
   * The size for {@code frames} kept frames of the given height and width.
   *
   * @throws QwenVlException if they cannot be seen at any size
   */
  Target target(int height, int width, int frames);

  /** The same for a clip that is given as pictures, if these are resized in another way. */
  default FrameFit ofPictures() {
    return this;
  }

  /**
   * How frames are kept.
   *
   * @param height of a kept frame
   * @param width of a kept frame
   * @param resize brings a decoded frame to that size; called once for each
   */
  record Target(int height, int width, UnaryOperator<RgbImage> resize) {

    /**
     * Refuses what would take half of this JVM's memory, which the other tasks need as well.
     *
     * @param advice what to do about it
     */
    void requireMemory(int frames, String advice) {
      long bytes = 3L * height * width * frames;
      long most = Runtime.getRuntime().maxMemory() / 2;
      if (bytes > most) {
        throw new QwenVlException(
            ErrorType.TOO_LARGE,
            "%,d frames of %,d x %,d pixels need %,d bytes of %,d that a clip may take; %s or give executors more memory"
                .formatted(frames, width, height, bytes, most, advice));
      }
    }
  }
}
