package io.github.qwenvlspark.pipeline.tile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.SmartResize;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TileGridPropertyTest {

  /** Sides from 1 to 30,000 pixels, most of them small or large; tiles from 4 to 4,096 tokens. */
  private static TileGrid grid(int seed) {
    Random random = new Random(seed);
    return TileGrid.of(
        new Size(side(random), side(random)), 784L * (4 + random.nextInt(1 << random.nextInt(13))));
  }

  private static int side(Random random) {
    return (int) Math.pow(30_000, random.nextDouble());
  }

  private static long tilePixels(int seed) {
    Random random = new Random(seed);
    random.nextDouble();
    random.nextDouble();
    return 784L * (4 + random.nextInt(1 << random.nextInt(13)));
  }

  static IntStream seeds() {
    return IntStream.range(0, 500);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void tilesCoverThePictureAndLieInsideIt(int seed) {
    TileGrid grid = grid(seed);

    assertCovers(grid.lefts(), grid.tile().width(), grid.picture().width());
    assertCovers(grid.tops(), grid.tile().height(), grid.picture().height());
  }

  private static void assertCovers(List<Integer> starts, int part, int all) {
    int covered = 0;
    for (int start : starts) {
      assertThat(start).isBetween(0, covered);
      covered = start + part;
    }
    assertThat(covered).isEqualTo(all);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void neighboursShareAnEighthOrTwoLinesOfText(int seed) {
    TileGrid grid = grid(seed);

    assertOverlap(grid.lefts(), grid.tile().width());
    assertOverlap(grid.tops(), grid.tile().height());
  }

  private static void assertOverlap(List<Integer> starts, int part) {
    for (int i = 1; i < starts.size(); i++) {
      assertThat(starts.get(i - 1) + part - starts.get(i))
          .isGreaterThanOrEqualTo(Math.min(part / 2, Math.max(112, part / 8)))
          .isLessThan(part);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theModelSeesATilePixelForPixelButForItsLastBlock(int seed) {
    TileGrid grid = grid(seed);
    Size tile = grid.tile();

    Size seen = SmartResize.fit(tile, new PixelLimits(1, tilePixels(seed)), SmartResize.FACTOR);

    assertThat(Math.abs(seen.width() - tile.width())).isLessThan(SmartResize.FACTOR);
    assertThat(Math.abs(seen.height() - tile.height())).isLessThan(SmartResize.FACTOR);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void tilesAreInReadingOrder(int seed) {
    TileGrid grid = grid(seed);
    if (grid.count() > 100_000) {
      grid = TileGrid.of(new Size(3000, 2000), 784 * 64);
    }
    List<Tile> tiles = grid.tiles();

    assertThat(tiles).hasSize((int) grid.count());
    for (int i = 1; i < tiles.size(); i++) {
      Tile before = tiles.get(i - 1);
      Tile tile = tiles.get(i);
      assertThat(tile.top() > before.top() || tile.left() > before.left()).isTrue();
      assertThat(tile.top()).isGreaterThanOrEqualTo(before.top());
    }
  }

  @Test
  void aScannedPageIsCutIntoBandsOfItsWholeWidth() {
    TileGrid a4At300Dpi = TileGrid.of(new Size(3508, 2480), 1_605_632);

    assertThat(a4At300Dpi.lefts()).containsExactly(0);
    assertThat(a4At300Dpi.tops()).containsExactly(0, 477, 954, 1432, 1909, 2386, 2864);
    assertThat(a4At300Dpi.tile()).isEqualTo(new Size(644, 2480));
  }

  @Test
  void aPictureThatFitsIsOneTile() {
    assertThat(TileGrid.of(new Size(800, 1200), 1_605_632).tiles())
        .containsExactly(new Tile(0, 0, 1200, 800));
  }

  @Test
  void aStripThatNoModelSeesIsCutWhereItMay() {
    assertThat(TileGrid.of(new Size(10, 5000), 1_605_632).tile()).isEqualTo(new Size(10, 2000));
  }
}
