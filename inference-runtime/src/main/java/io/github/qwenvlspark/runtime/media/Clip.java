package io.github.qwenvlspark.runtime.media;

import java.util.List;

/**
 * The kept frames of a decoded clip.
 *
 * @param frames the chosen frames in order, all of one size
 * @param height of a frame as it was decoded
 * @param width of a frame as it was decoded
 * @param totalFrames frames of the stream, or of the time span that was asked for
 * @param fps average frame rate of the stream
 */
public record Clip(List<RgbImage> frames, int height, int width, int totalFrames, double fps) {
  public Clip {
    frames = List.copyOf(frames);
  }

  /** Kept frames for each second of the clip. */
  public double sampleFps() {
    return frames.size() / Math.max(totalFrames, 1e-6) * fps;
  }

  public double seconds() {
    return totalFrames / fps;
  }
}
