package io.github.qwenvlspark.runtime.preprocess;

/**
 * One row of {@code image_grid_thw}: patches along time, height and width, before the 2x2 merge.
 */
public record ImageGrid(int t, int h, int w) {
  public ImageGrid {
    if (t < 1 || h < 1 || w < 1) {
      throw new IllegalArgumentException(
          "Cannot build a grid from [%d, %d, %d]: sides must be positive".formatted(t, h, w));
    }
  }

  /** Rows of {@code pixel_values}, whose shape is {@code [patches, 1176]}. */
  public int patches() {
    return Math.multiplyExact(t, Math.multiplyExact(h, w));
  }

  /** Pad tokens that stand for this picture in the prompt: one for each 2x2 block of patches. */
  public int mergedTokens() {
    return patches() / 4;
  }
}
