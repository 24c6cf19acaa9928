package io.github.qwenvlspark.runtime.preprocess;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.FrameChoice;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Which frames of a clip the model sees.
 *
 * <p>Source: {@code smart_nframes} and {@code _read_video_torchvision} in qwen-vl-utils,
 * vision_process.py.
 */
public sealed interface FrameSampler extends FrameChoice {
  int FRAME_FACTOR = 2;

  /** Two frames for a second, 4 to 768 of them. */
  static FrameSampler referenceDefault() {
    return new Rate(2.0, 4, OptionalInt.empty());
  }

  /** How many frames of a clip are taken: even, at least 2, at most all. */
  int count(int totalFrames, double fps);

  /**
   * {@code fps} frames for a second.
   *
   * @param maxFrames empty for the reference's 768
   */
  record Rate(double fps, int minFrames, OptionalInt maxFrames) implements FrameSampler {
    private static final int MAX_FRAMES = 768;

    public Rate {
      if (!(fps > 0) || minFrames < 1 || maxFrames.orElse(1) < 1) {
        throw new IllegalArgumentException(
            "fps %s, min_frames %d and max_frames %s must be positive"
                .formatted(fps, minFrames, maxFrames));
      }
    }

    @Override
    public int count(int totalFrames, double videoFps) {
      int min = (minFrames + FRAME_FACTOR - 1) / FRAME_FACTOR * FRAME_FACTOR;
      int max = maxFrames.orElse(Math.min(MAX_FRAMES, totalFrames)) / FRAME_FACTOR * FRAME_FACTOR;
      double wanted = totalFrames / videoFps * fps;
      wanted = Math.min(Math.min(Math.max(wanted, min), max), totalFrames);
      return requireCount((int) Math.floor(wanted / FRAME_FACTOR) * FRAME_FACTOR, totalFrames);
    }
  }

  /** A fixed number of frames. */
  record Count(int frames) implements FrameSampler {

    @Override
    public int count(int totalFrames, double videoFps) {
      return requireCount(
          (int) Math.rint((double) frames / FRAME_FACTOR) * FRAME_FACTOR, totalFrames);
    }
  }

  /** The same wish on a path: each counts and spaces frames in its own way. */
  default FrameSampler on(PreprocessorPath path) {
    return path == PreprocessorPath.TRANSFORMERS && !(this instanceof OfTransformers)
        ? new OfTransformers(this)
        : this;
  }

  /**
   * Counts and spaces frames as transformers does: fewest frames are not rounded up, the last frame
   * is never taken, and now and then there is one frame more, since {@code total / (total / n)} may
   * exceed n.
   *
   * <p>Source: {@code sample_frames} of {@code Qwen2VLVideoProcessor}, whose {@code torch.arange}
   * computes float32 in blocks on x86; for clips of over 60,000 frames the block decides.
   *
   * @param wish frames for a second, or their number
   */
  record OfTransformers(FrameSampler wish) implements FrameSampler {
    private static final int BLOCK = 8;

    @Override
    public int count(int totalFrames, double fps) {
      return wish instanceof Rate rate
          ? requireCount(count(rate, totalFrames, fps), totalFrames)
          : wish.count(totalFrames, fps);
    }

    private static int count(Rate rate, int totalFrames, double videoFps) {
      int most = Math.min(rate.maxFrames.orElse(Rate.MAX_FRAMES), totalFrames);
      int max = most / FRAME_FACTOR * FRAME_FACTOR;
      double wanted = totalFrames / videoFps * rate.fps;
      wanted = Math.min(Math.max(wanted, rate.minFrames), max);
      return (int) Math.floor(wanted / FRAME_FACTOR) * FRAME_FACTOR;
    }

    @Override
    public int[] choose(int totalFrames, double fps) {
      double step = (double) totalFrames / count(totalFrames, fps);
      int[] indices = new int[(int) Math.ceil(totalFrames / step)];
      int inBlocks = indices.length / (2 * BLOCK) * (2 * BLOCK);
      for (int i = 0; i < indices.length; i++) {
        int start = i < inBlocks ? i / BLOCK * BLOCK : 0;
        double base = i < inBlocks ? (float) (step * start) : 0;
        indices[i] = (int) (float) (base + (i - start) * step);
      }
      // The one frame more may lie behind the end; readers of the reference skip it.
      return Arrays.stream(indices).filter(index -> index < totalFrames).toArray();
    }
  }

  private static int requireCount(int frames, int totalFrames) {
    if (frames < FRAME_FACTOR || frames > totalFrames) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "%d frames cannot be sampled from a clip of %d: between 2 and all are needed"
              .formatted(frames, totalFrames));
    }
    return frames;
  }

  @Override
  default int[] choose(int totalFrames, double fps) {
    return spread(count(totalFrames, fps), totalFrames);
  }

  /**
   * {@code round(linspace(0, total - 1, count))} as PyTorch computes it on a CPU: float32, from
   * both ends, with fused multiply-add. Without the fusing one index in 30,000 differs.
   */
  private static int[] spread(int count, int totalFrames) {
    int[] indices = new int[count];
    float end = totalFrames - 1;
    float step = end / (count - 1);
    for (int i = 0; i < count; i++) {
      float place = i < count / 2 ? step * i : Math.fma(-step, (float) (count - i - 1), end);
      indices[i] = (int) Math.rint(place);
    }
    return indices;
  }
}
