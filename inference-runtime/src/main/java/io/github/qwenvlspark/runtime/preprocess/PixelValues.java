package io.github.qwenvlspark.runtime.preprocess;

/**
 * What the vision tower reads of one picture or clip: {@code values} is {@code [grid.patches(),
 * 1176]} float32. The array is not copied: treat it as read-only.
 */
public final class PixelValues {
  public static final int PATCH_VALUES = 3 * 2 * 14 * 14;

  private final ImageGrid grid;
  private final float[] values;

  public PixelValues(ImageGrid grid, float[] values) {
    if (values.length != Math.multiplyExact(grid.patches(), PATCH_VALUES)) {
      throw new IllegalArgumentException(
          "%d values do not fill the %d patches of %s"
              .formatted(values.length, grid.patches(), grid));
    }
    this.grid = grid;
    this.values = values;
  }

  public ImageGrid grid() {
    return grid;
  }

  /** {@code [patches, 1176]}; rows in the reference's order (2x2 blocks). */
  public float[] values() {
    return values;
  }
}
