package io.github.qwenvlspark.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Readers of every format ask for bytes as they go on, and so meet the deadline. */
class DecodeTimeoutTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb_odd.png",
        "jpeg_420.jpg",
        "jpeg_progressive.jpg",
        "gif_animated.gif",
        "bmp24.bmp",
        "tiff_group4.tif",
        "webp_lossy.webp"
      })
  void aPictureThatTakesTooLongEndsAsTimeout(String file) {
    MediaLimits hasty = new MediaLimits(1 << 20, 1 << 20, 1, 1, 1).with(Duration.ofNanos(1));

    assertThatThrownBy(() -> ImageDecoder.decode(Pixels.bytes("images/files/" + file), hasty))
        .isInstanceOfSatisfying(
            QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.TIMEOUT))
        .hasMessageContaining("spark.qwenvl.media.decodeTimeoutSeconds");
  }
}
