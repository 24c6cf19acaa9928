package io.github.qwenvlspark.pipeline.tile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.HugePictures;
import io.github.qwenvlspark.pipeline.config.HugePictures.Policy;
import io.github.qwenvlspark.pipeline.config.PictureSettings;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.preprocess.Size;
import org.junit.jupiter.api.Test;

class HugeRuleTest {
  private static final Size MEGAPIXEL = new Size(1000, 1000);

  private static HugeRule rule(Policy policy, long hugePixels, int tilePixels, double maxPixels) {
    return new HugeRule(
        new PictureSettings(new HugePictures(policy, hugePixels), tilePixels, 20), maxPixels);
  }

  @Test
  void aPictureIsHugeBeyondFourTilesWhereNothingElseIsSaid() {
    assertThat(rule(Policy.TILE, 0, 250_000, 1e9).tiles(MEGAPIXEL)).isEmpty();
    assertThat(rule(Policy.TILE, 0, 249_999, 1e9).tiles(MEGAPIXEL)).isPresent();
    assertThat(rule(Policy.TILE, 0, 1 << 30, 249_999).tiles(MEGAPIXEL)).isPresent();
    assertThat(rule(Policy.TILE, 999_999, 500_000, 1e9).tiles(MEGAPIXEL)).isPresent();
    assertThat(rule(Policy.TILE, 1_000_000, 50_000, 1e9).tiles(MEGAPIXEL)).isEmpty();
  }

  @Test
  void downscalingLeavesEveryPictureWhole() {
    assertThat(rule(Policy.DOWNSCALE, 1, 50_000, 1e9).tiles(MEGAPIXEL)).isEmpty();
  }

  @Test
  void aStripThatTheReferenceRefusesIsReadInTiles() {
    assertThat(rule(Policy.TILE, 0, 250_000, 1e9).tiles(new Size(4, 804)))
        .hasValueSatisfying(grid -> assertThat(grid.count()).isEqualTo(2));
    assertThat(rule(Policy.TILE, 0, 250_000, 1e9).tiles(new Size(4, 800))).isEmpty();
  }

  @Test
  void aRefusedPictureSaysItsSizeAndWhatToSet() {
    assertThatThrownBy(() -> rule(Policy.REFUSE, 0, 200_000, 1e9).tiles(MEGAPIXEL))
        .isInstanceOf(QwenVlException.class)
        .hasMessage(
            "A picture of 1,000 x 1,000 pixels is huge: 1,000,000 pixels exceed 800,000 (spark.qwenvl.picture.hugePixels); raise that, or set spark.qwenvl.picture.huge=tile or downscale")
        .extracting(e -> ((QwenVlException) e).type())
        .isEqualTo(ErrorType.TOO_LARGE);
    assertThat(rule(Policy.REFUSE, 0, 250_000, 1e9).tiles(MEGAPIXEL)).isEmpty();
  }

  @Test
  void morePiecesThanAllowedAreRefusedBeforeTheyAreMade() {
    assertThatThrownBy(() -> rule(Policy.TILE, 0, 250_000, 1e9).tiles(new Size(1, 100_000_000)))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContaining("exceed 20 (spark.qwenvl.picture.maxTiles)")
        .extracting(e -> ((QwenVlException) e).type())
        .isEqualTo(ErrorType.TOO_LARGE);
  }
}
