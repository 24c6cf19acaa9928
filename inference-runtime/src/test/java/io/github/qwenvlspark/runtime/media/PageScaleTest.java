package io.github.qwenvlspark.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageScaleTest {
  @ParameterizedTest
  @CsvSource({
    "144, 0, 612, 792, 2.0", // letter
    "144, 2016, 612, 1008, 2.0", // legal just fits
    "300, 0, 595, 842, 4.1666665",
    "144, 1288, 500, 500, 2.0",
    "72, 2016, 40, 20, 1.0", // never enlarged
  })
  void dpiDecidesUntilTheLongSideDoes(int dpi, int longSide, double w, double h, float scale) {
    assertThat(new PageScale(dpi, longSide).of(w, h)).isEqualTo(scale);
  }

  @ParameterizedTest(name = "seed {0}")
  @CsvSource({"1", "2", "3", "4"})
  void aLongerPageGetsTheLongSideExactly(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 1000; i++) {
      int longSide = random.nextInt(1, 5000);
      float side = random.nextFloat(100, 20_000);
      float scale = new PageScale(30_000, longSide).of(side / 2, side);
      assertThat((int) Math.floor(side * scale)).isEqualTo(longSide);
    }
  }

  @Test
  void aScaleThatMakesNoPictureIsRefused() {
    assertThatThrownBy(() -> new PageScale(0, 100)).hasMessageContaining("0 dpi");
    assertThatThrownBy(() -> new PageScale(72, -1)).hasMessageContaining("long side of -1");
  }
}
