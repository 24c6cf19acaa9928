package io.github.qwenvlspark.pipeline.tile;

import io.github.qwenvlspark.pipeline.config.PictureSettings;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.preprocess.Size;
import java.util.Optional;

/**
 * Which pictures are cut into tiles, and which are refused.
 *
 * @param settings as the task wants them
 * @param maxPixels most pixels at which the model sees a picture of the task
 */
public record HugeRule(PictureSettings settings, double maxPixels) {
  /** Beyond this the reference refuses a picture, and tiles read it. */
  private static final int MAX_RATIO = 200;

  private static final int TILES_IN_A_HUGE_PICTURE = 4;

  /**
   * The tiles of a picture; empty where the model sees it whole.
   *
   * @throws QwenVlException TOO_LARGE
   */
  public Optional<TileGrid> tiles(Size picture) {
    return switch (settings.huge().policy()) {
      case AS_SET, DOWNSCALE -> Optional.empty();
      case REFUSE -> {
        requireNotHuge(picture);
        yield Optional.empty();
      }
      case TILE -> isHuge(picture) || isNarrow(picture) ? cut(picture) : Optional.empty();
    };
  }

  private Optional<TileGrid> cut(Size picture) {
    TileGrid grid = TileGrid.of(picture, tilePixels());
    if (grid.count() > settings.maxTiles()) {
      throw new QwenVlException(
          ErrorType.TOO_LARGE,
          "A picture of %,d x %,d pixels is %,d tiles, which exceed %,d (spark.qwenvl.picture.maxTiles); raise that or spark.qwenvl.picture.tilePixels"
              .formatted(picture.width(), picture.height(), grid.count(), settings.maxTiles()));
    }
    return grid.count() == 1 ? Optional.empty() : Optional.of(grid);
  }

  private void requireNotHuge(Size picture) {
    if (isHuge(picture)) {
      throw new QwenVlException(
          ErrorType.TOO_LARGE,
          "A picture of %,d x %,d pixels is huge: %,d pixels exceed %,d (spark.qwenvl.picture.hugePixels); raise that, or set spark.qwenvl.picture.huge=tile or downscale"
              .formatted(picture.width(), picture.height(), picture.area(), hugePixels()));
    }
  }

  private boolean isHuge(Size picture) {
    return picture.area() > hugePixels();
  }

  private static boolean isNarrow(Size picture) {
    int longer = Math.max(picture.width(), picture.height());
    return longer > (long) MAX_RATIO * Math.min(picture.width(), picture.height());
  }

  private long hugePixels() {
    long said = settings.huge().pixels();
    return said == 0 ? TILES_IN_A_HUGE_PICTURE * tilePixels() : said;
  }

  private long tilePixels() {
    return (long) Math.min(settings.tilePixels(), maxPixels);
  }
}
