package io.github.qwenvlspark.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pictures of rarer kinds: what scanners, print shops and old cameras leave behind. */
class PicturesGoldenTest {

  static Stream<Arguments> lossless() {
    return pictures(false);
  }

  static Stream<Arguments> lossy() {
    return pictures(true);
  }

  private static Stream<Arguments> pictures(boolean lossy) {
    return GoldenJson.cases("images/hard/hard.json", "images")
        .filter(picture -> picture.path("lossy").asBoolean() == lossy)
        .map(picture -> Arguments.of(picture.path("file").asText(), picture));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lossless")
  void pixelsEqualPillow(String file, JsonNode golden) {
    RgbImage image = decode(file, golden);
    assertThat(Pixels.sha256(image.rgb())).isEqualTo(golden.path("decoded_sha256").asText());
  }

  /** A JDK may bring another JPEG library: chroma edges differ by a few levels. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("lossy")
  void lossyPixelsAreThoseOfPillow(String file, JsonNode golden) {
    RgbImage image = decode(file, golden);
    RgbImage reference =
        Pixels.image("images/hard/decoded/" + file.replaceFirst("\\.[a-z]+$", ".png"));
    Pixels.assertClose(image.rgb(), reference.rgb(), 1.5, 40);
  }

  private static RgbImage decode(String file, JsonNode golden) {
    RgbImage image = Pixels.image("images/hard/" + file);
    assertThat(image.height()).isEqualTo(golden.path("height").asInt());
    assertThat(image.width()).isEqualTo(golden.path("width").asInt());
    return image;
  }
}
