package io.github.qwenvlspark.pipeline.tile;

import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.SmartResize;
import java.util.ArrayList;
import java.util.List;

/**
 * How a picture is cut into overlapping tiles that the model sees pixel for pixel. Lines of text
 * run across, so a tile is as wide as the picture where it can be, and else up to four times as
 * wide as high: the fewer cuts through lines, the better they read.
 *
 * @param lefts where the columns begin
 * @param tops where the rows begin
 * @param tile size of every tile
 */
public record TileGrid(Size picture, List<Integer> lefts, List<Integer> tops, Size tile) {
  private static final int BLOCK = SmartResize.FACTOR;

  /** Most that one side may be of the other for the model to see it. */
  private static final int MAX_RATIO = 200;

  /** Two lines of a page at 300 dpi: a line that one tile cuts is whole in the next. */
  private static final int LEAST_OVERLAP = 112;

  private static final int OVERLAP_PART = 8;

  public TileGrid {
    lefts = List.copyOf(lefts);
    tops = List.copyOf(tops);
  }

  /**
   * The tiles of a picture.
   *
   * @param tilePixels most pixels of a tile as the model sees it, at least four blocks of 28 x 28
   */
  public static TileGrid of(Size picture, long tilePixels) {
    int wide = blocks(2 * Math.sqrt((double) tilePixels));
    int width = Math.min(picture.width(), wide);
    int height = Math.min(picture.height(), blocks((double) tilePixels / roundedUp(width)));
    // A picture lower than its tiles has room for wider ones.
    width =
        Math.min(picture.width(), Math.max(width, blocks((double) tilePixels / roundedUp(height))));
    width = (int) Math.min(width, (long) MAX_RATIO * height);
    height = (int) Math.min(height, (long) MAX_RATIO * width);
    return new TileGrid(
        picture,
        starts(picture.width(), width),
        starts(picture.height(), height),
        new Size(height, width));
  }

  /** How many tiles there are. */
  public long count() {
    return (long) lefts.size() * tops.size();
  }

  /** In reading order: rows, then columns. */
  public List<Tile> tiles() {
    List<Tile> tiles = new ArrayList<>();
    for (int top : tops) {
      for (int left : lefts) {
        tiles.add(new Tile(left, top, tile.width(), tile.height()));
      }
    }
    return tiles;
  }

  /** What is said before an error of one tile, from 0. */
  public String name(int tile) {
    Tile place = tiles().get(tile);
    return "Tile %d of %d (%d x %d pixels at x %d, y %d): "
        .formatted(tile + 1, count(), place.width(), place.height(), place.left(), place.top());
  }

  /** Evenly spread over {@code all}, so that neighbours share as much everywhere. */
  private static List<Integer> starts(int all, int part) {
    int overlap = Math.min(part / 2, Math.max(LEAST_OVERLAP, part / OVERLAP_PART));
    int step = part - overlap;
    int count = 1 + Math.max(0, (all - part + step - 1) / step);
    List<Integer> starts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      starts.add(count == 1 ? 0 : (int) ((long) i * (all - part) / (count - 1)));
    }
    return starts;
  }

  /** Whole blocks, one at least. */
  private static int blocks(double side) {
    return Math.max(1, (int) (side / BLOCK)) * BLOCK;
  }

  private static int roundedUp(int side) {
    return (side + BLOCK - 1) / BLOCK * BLOCK;
  }
}
