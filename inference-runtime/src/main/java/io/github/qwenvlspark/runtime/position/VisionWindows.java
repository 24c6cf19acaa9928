package io.github.qwenvlspark.runtime.position;

import io.github.qwenvlspark.runtime.preprocess.ImageGrid;

/**
 * How the vision tower walks over one picture or clip. It works on 2x2 blocks of patches ("cells"):
 * windows of cells, row by row, each frame pair for itself; windows at the right and bottom border
 * are smaller.
 *
 * <p>Source: {@code get_window_index} and {@code rot_pos_emb} in transformers,
 * models/qwen2_5_vl/modeling_qwen2_5_vl.py.
 */
public final class VisionWindows {
  private static final int MERGE = 2;
  private static final int CELL_PATCHES = MERGE * MERGE;

  private final ImageGrid grid;
  private final int side;
  private final int[] cells;
  private final int[] lengths;

  /**
   * Windows of a grid.
   *
   * @param windowSize side of a window in pixels, such as 112
   * @param patchSize side of a patch in pixels, such as 14
   */
  public VisionWindows(ImageGrid grid, int windowSize, int patchSize) {
    this(grid, windowSize / MERGE / patchSize);
  }

  /** One window for each frame pair: the order of the picture itself. */
  public static VisionWindows wholeFrames(ImageGrid grid) {
    return new VisionWindows(grid, Math.max(grid.h(), grid.w()) / MERGE);
  }

  /** Windows of {@code side x side} cells. */
  private VisionWindows(ImageGrid grid, int side) {
    this.grid = grid;
    this.side = side;
    int height = grid.h() / MERGE;
    int width = grid.w() / MERGE;
    int down = (height + side - 1) / side;
    int across = (width + side - 1) / side;
    cells = new int[grid.t() * height * width];
    lengths = new int[grid.t() * down * across];
    int cell = 0;
    int window = 0;
    for (int t = 0; t < grid.t(); t++) {
      for (int top = 0; top < height; top += side) {
        for (int left = 0; left < width; left += side) {
          int first = cell;
          for (int y = top; y < Math.min(top + side, height); y++) {
            for (int x = left; x < Math.min(left + side, width); x++) {
              cells[cell++] = (t * height + y) * width + x;
            }
          }
          lengths[window++] = (cell - first) * CELL_PATCHES;
        }
      }
    }
  }

  /**
   * {@code window_index}: the cell that stands at each place of the window order, {@code [cells]}.
   */
  public int[] windowIndex() {
    return cells.clone();
  }

  /** Patches of each window, {@code [windows]}; none is empty. */
  public int[] lengths() {
    return lengths.clone();
  }

  /**
   * Rows of each window in window order, {@code [windows, windowPatches]}; short windows repeat
   * their first row.
   */
  public long[] gather() {
    int full = side * side * CELL_PATCHES;
    long[] rows = new long[lengths.length * full];
    int row = 0;
    for (int window = 0; window < lengths.length; window++) {
      for (int i = 0; i < full; i++) {
        rows[window * full + i] = i < lengths[window] ? row + i : row;
      }
      row += lengths[window];
    }
    return rows;
  }

  /** Where each row of the window order stands in {@link #gather}, {@code [patches]}. */
  public long[] back() {
    int full = side * side * CELL_PATCHES;
    long[] places = new long[grid.patches()];
    int row = 0;
    for (int window = 0; window < lengths.length; window++) {
      for (int i = 0; i < lengths[window]; i++) {
        places[row++] = (long) window * full + i;
      }
    }
    return places;
  }

  /** The place in window order of each cell, {@code [cells]}: undoes {@link #windowIndex}. */
  public long[] reverse() {
    long[] places = new long[cells.length];
    for (int place = 0; place < cells.length; place++) {
      places[cells[place]] = place;
    }
    return places;
  }

  /** Row and column of each patch in window order, {@code [patches, 2]}. */
  public float[] rowColumn() {
    int width = grid.w() / MERGE;
    int height = grid.h() / MERGE;
    float[] positions = new float[2 * grid.patches()];
    int i = 0;
    for (int cell : cells) {
      int row = MERGE * (cell / width % height);
      int column = MERGE * (cell % width);
      for (int patch = 0; patch < CELL_PATCHES; patch++) {
        positions[i++] = row + patch / MERGE;
        positions[i++] = column + patch % MERGE;
      }
    }
    return positions;
  }

  /**
   * Rows of {@code values}, which come cell by cell, in window order; each row has {@code width}
   * values.
   */
  public float[] toWindowOrder(float[] values, int width) {
    float[] ordered = new float[values.length];
    int block = CELL_PATCHES * width;
    for (int place = 0; place < cells.length; place++) {
      System.arraycopy(values, cells[place] * block, ordered, place * block, block);
    }
    return ordered;
  }
}
