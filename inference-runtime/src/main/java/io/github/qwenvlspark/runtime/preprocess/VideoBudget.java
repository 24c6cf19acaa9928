package io.github.qwenvlspark.runtime.preprocess;

/**
 * How many pixels a frame of a clip may have: the clip has a budget, and its frames share it.
 *
 * <p>Source: {@code fetch_video} in qwen-vl-utils, vision_process.py.
 *
 * @param minPixels fewest pixels of a frame
 * @param totalPixels pixels of all frames together
 */
public record VideoBudget(double minPixels, double totalPixels) {
  public static final int FRAME_MIN_PIXELS = 128 * 28 * 28;
  public static final int FRAME_MAX_PIXELS = 768 * 28 * 28;
  public static final double TOTAL_PIXELS = 128000 * 28 * 28 * 0.9;

  private static final int FRAME_FACTOR = 2;

  /** Limits of one frame where {@code frames} are sampled. */
  public PixelLimits limits(int frames) {
    double share = Math.min(FRAME_MAX_PIXELS, totalPixels / frames * FRAME_FACTOR);
    return new PixelLimits(minPixels, Math.max(share, (int) (minPixels * 1.05)));
  }

  /** The same, cut to {@code maxPixels}. */
  public PixelLimits limits(int frames, double maxPixels) {
    return new PixelLimits(minPixels, Math.min(maxPixels, limits(frames).maxPixels()));
  }
}
