package io.github.qwenvlspark.runtime;

import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.List;

/** One piece of a message's content, in the order in which the model sees it. */
public sealed interface Part {

  /** Text; whether it may spell special tokens is said by {@link PromptOptions}. */
  record Text(String text) implements Part {}

  /** A still picture; {@code size} says how it is resized before the vision tower. */
  record Image(RgbImage pixels, VisualSize size) implements Part {}

  /**
   * Sampled frames of a clip, all of one size. {@code sampleFps} is how many of these frames stand
   * for one second of the clip (frames per second after sampling).
   */
  record Video(List<RgbImage> frames, double sampleFps, VisualSize size) implements Part {
    public Video {
      frames = List.copyOf(frames);
      if (frames.isEmpty()) {
        throw new IllegalArgumentException("Cannot build a video part without frames");
      }
      if (!(sampleFps > 0)) {
        throw new IllegalArgumentException("sampleFps must be positive, not " + sampleFps);
      }
    }
  }

  /**
   * Sampled frames of a clip, or the pictures of one, that were resized as they came, by what
   * {@link InferenceEngine#frameFit} says: they are at the size at which the model sees them.
   *
   * @param original size of a frame before
   * @param sampleFps as of {@link Video}
   */
  record Resized(List<RgbImage> frames, Size original, double sampleFps) implements Part {
    public Resized {
      frames = List.copyOf(frames);
      if (frames.isEmpty()) {
        throw new IllegalArgumentException("Cannot build a video part without frames");
      }
      if (!(sampleFps > 0)) {
        throw new IllegalArgumentException("sampleFps must be positive, not " + sampleFps);
      }
    }
  }

  /**
   * A clip whose frames are given as pictures, {@code fps} of them for a second. Each is resized as
   * a picture is, and all must come out at one size.
   */
  record Frames(List<RgbImage> pictures, double fps, VisualSize size) implements Part {
    public Frames {
      pictures = List.copyOf(pictures);
      if (pictures.isEmpty()) {
        throw new IllegalArgumentException("Cannot build a clip without pictures");
      }
      if (!(fps > 0)) {
        throw new IllegalArgumentException("fps must be positive, not " + fps);
      }
    }
  }
}
