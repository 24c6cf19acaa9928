package io.github.qwenvlspark.runtime.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SmartResizePropertyTest {
  private static final PixelLimits LIMITS = new PixelLimits(3136, 12845056);

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aFittedSizeIsAMultipleOf28AndIsLeftAlone(long seed) {
    Random random = new Random(seed);
    Size fitted =
        SmartResize.fit(
            new Size(random.nextInt(28, 5600), random.nextInt(28, 5600)),
            LIMITS,
            SmartResize.FACTOR);

    assertThat(fitted.height() % 28 + fitted.width() % 28).as("%s", fitted).isZero();
    assertThat(SmartResize.fit(fitted, LIMITS, SmartResize.FACTOR)).isEqualTo(fitted);
  }
}
