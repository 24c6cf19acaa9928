package io.github.qwenvlspark.runtime.preprocess;

import io.github.qwenvlspark.runtime.media.RgbImage;
import java.util.List;

/**
 * Cuts frames into patches of 14 x 14 pixels and two frames. Rows come frame pair by frame pair,
 * 2x2 block by block; within a row channel, frame, y, x.
 *
 * <p>Source: {@code patchify} of {@code Qwen2VLImageProcessor} and {@code Qwen2VLVideoProcessor}.
 */
final class Patchifier {
  private static final int PATCH = 14;
  private static final int MERGE = 2;
  private static final int TEMPORAL = 2;
  private static final int CHANNELS = 3;

  private Patchifier() {}

  /**
   * Patches of frames of one size; the last frame is repeated to an even count.
   *
   * @param table {@code [3, 256]}, the normalised value of each byte
   */
  static PixelValues patchify(List<RgbImage> frames, float[][] table) {
    RgbImage first = frames.get(0);
    ImageGrid grid =
        new ImageGrid(
            (frames.size() + TEMPORAL - 1) / TEMPORAL,
            first.height() / PATCH,
            first.width() / PATCH);
    float[] values = new float[Math.multiplyExact(grid.patches(), PixelValues.PATCH_VALUES)];
    int out = 0;
    for (int t = 0; t < grid.t(); t++) {
      RgbImage[] pair = {
        frames.get(Math.min(TEMPORAL * t, frames.size() - 1)),
        frames.get(Math.min(TEMPORAL * t + 1, frames.size() - 1))
      };
      for (int blockRow = 0; blockRow < grid.h(); blockRow += MERGE) {
        for (int blockColumn = 0; blockColumn < grid.w(); blockColumn += MERGE) {
          for (int row = blockRow; row < blockRow + MERGE; row++) {
            for (int column = blockColumn; column < blockColumn + MERGE; column++) {
              out = patch(pair, row * PATCH, column * PATCH, table, values, out);
            }
          }
        }
      }
    }
    return new PixelValues(grid, values);
  }

  private static int patch(
      RgbImage[] pair, int top, int left, float[][] table, float[] values, int start) {
    int out = start;
    for (int channel = 0; channel < CHANNELS; channel++) {
      float[] levels = table[channel];
      for (RgbImage frame : pair) {
        byte[] rgb = frame.rgb();
        for (int y = top; y < top + PATCH; y++) {
          int in = (y * frame.width() + left) * CHANNELS + channel;
          for (int x = 0; x < PATCH; x++) {
            values[out++] = levels[rgb[in] & 0xff];
            in += CHANNELS;
          }
        }
      }
    }
    return out;
  }
}
