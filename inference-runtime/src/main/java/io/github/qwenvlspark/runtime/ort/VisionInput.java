package io.github.qwenvlspark.runtime.ort;

import java.util.Optional;

/**
 * One picture or clip for the vision tower; arrays are read only while {@link VisionSession#encode}
 * runs.
 *
 * @param pixels {@code [patches, patchValues]}, rows in window order where there are windows
 * @param rowColumn {@code [patches, 2]}, row and column of each patch, in the order of the pixels
 * @param frames frame pairs, each its own unit of full attention
 * @param windows empty for a tower without windows
 */
public record VisionInput(
    float[] pixels, float[] rowColumn, int frames, Optional<Windows> windows) {
  public int patches() {
    return rowColumn.length / 2;
  }

  /**
   * Which rows see each other, and the way back to picture order.
   *
   * @param gather {@code [windows, windowPatches]}, rows of each window
   * @param back {@code [patches]}
   * @param lengths {@code [windows]}
   * @param reverse {@code [patches / 4]}
   */
  public record Windows(long[] gather, long[] back, int[] lengths, long[] reverse) {}
}
