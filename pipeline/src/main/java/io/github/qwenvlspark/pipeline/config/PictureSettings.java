package io.github.qwenvlspark.pipeline.config;

import io.github.qwenvlspark.pipeline.config.HugePictures.Policy;
import io.github.qwenvlspark.runtime.preprocess.SmartResize;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of huge pictures and pages.
 *
 * @param huge where the task says nothing
 * @param tilePixels most pixels of a tile
 * @param maxTiles most tiles of one picture
 */
public record PictureSettings(HugePictures huge, int tilePixels, int maxTiles)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int LEAST_TILE = 4 * SmartResize.FACTOR * SmartResize.FACTOR;

  static final Setting<Policy> HUGE =
      Setting.choice("spark.qwenvl.picture.huge", policies())
          .doc(
              "What becomes of a huge picture or page: seen small as in the reference, cut into overlapping tiles, or TOO_LARGE; see pictures.md.");
  static final Setting<Long> HUGE_PIXELS =
      Setting.atLeast(0L, Setting.count("spark.qwenvl.picture.hugePixels", 0))
          .doc("A picture of more pixels is huge; 0 is four times those of a tile.");
  static final Setting<Integer> TILE_PIXELS =
      Setting.atLeast(LEAST_TILE, Setting.integer("spark.qwenvl.picture.tilePixels", 1_605_632))
          .doc("Most pixels of a tile, 784 a token; a lower max_pixels of the task wins.");
  static final Setting<Integer> MAX_TILES =
      Setting.atLeast(1, Setting.integer("spark.qwenvl.picture.maxTiles", 100))
          .doc("Most tiles of one picture; more is TOO_LARGE.");

  static final List<Setting<?>> ALL = List.of(HUGE, HUGE_PIXELS, TILE_PIXELS, MAX_TILES);

  static PictureSettings from(Settings settings) {
    return new PictureSettings(
        new HugePictures(settings.get(HUGE), settings.get(HUGE_PIXELS)),
        settings.get(TILE_PIXELS),
        settings.get(MAX_TILES));
  }

  /** The same as {@code task} wants it. */
  public PictureSettings of(Task task) {
    return new PictureSettings(task.huge().or(huge), tilePixels, maxTiles);
  }

  /** How it decides answers; empty where it does nothing to them. */
  public String label() {
    return huge.policy() == Policy.DOWNSCALE
        ? ""
        : "huge=%s pixels=%d tile=%d".formatted(huge.policy(), huge.pixels(), tilePixels);
  }

  private static Map<String, Policy> policies() {
    Map<String, Policy> policies = new LinkedHashMap<>();
    policies.put("downscale", Policy.DOWNSCALE);
    policies.put("tile", Policy.TILE);
    policies.put("refuse", Policy.REFUSE);
    return policies;
  }
}
