package io.github.qwenvlspark.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form of every format that Pillow reads: depths, colours, packings, orders, markers. */
class RarePicturesGoldenTest {
  private static final String FOLDER = "images/rare/";

  /** Forms that Pillow reads and we do not. */
  private static final Set<String> NOT_READ =
      Set.of("tiff_zstd.tif", "tiff_lzma.tif", "tiff_lab.tif", "tiff_lab_pillow.tif");

  static Stream<Arguments> lossless() {
    return pictures(false);
  }

  static Stream<Arguments> lossy() {
    return pictures(true);
  }

  static Stream<String> notRead() {
    return NOT_READ.stream().sorted();
  }

  private static Stream<Arguments> pictures(boolean lossy) {
    return GoldenJson.cases(FOLDER + "rare.json", "pictures")
        .filter(picture -> picture.path("lossy").asBoolean() == lossy)
        .filter(picture -> !NOT_READ.contains(picture.path("file").asText()))
        .map(picture -> Arguments.of(picture.path("file").asText(), picture));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lossless")
  void pixelsEqualPillow(String file, JsonNode golden) {
    RgbImage image = decode(file, golden);
    assertThat(Pixels.sha256(image.rgb())).isEqualTo(golden.path("sha256").asText());
  }

  /** A JDK may bring another JPEG library: chroma edges differ by a few levels. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("lossy")
  void lossyPixelsAreThoseOfPillow(String file, JsonNode golden) {
    RgbImage image = decode(file, golden);
    RgbImage reference =
        Pixels.image(FOLDER + "decoded/" + file.replaceFirst("\\.[a-z]+$", ".png"));
    Pixels.assertClose(image.rgb(), reference.rgb(), 1.5, 40);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("notRead")
  void whatCannotBeReadIsSaidSo(String file) {
    Failures.assertFails(
        () -> Pixels.image(FOLDER + "files/" + file),
        ErrorType.UNSUPPORTED_MEDIA,
        "cannot be read");
  }

  static Stream<Arguments> ofSeveralPixels() {
    return Stream.concat(lossless(), lossy())
        .filter(picture -> ((JsonNode) picture.get()[1]).path("width").asInt() > 1);
  }

  /** Canvases of animations and screens of GIFs count, not the frame that stands on them. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("ofSeveralPixels")
  void onePixelMoreThanAllowedIsTooLarge(String file, JsonNode golden) {
    byte[] bytes = Pixels.bytes(FOLDER + "files/" + file);
    long pixels = golden.path("width").asLong() * golden.path("height").asLong();
    MediaLimits enough = new MediaLimits(1 << 20, pixels, 1, 1);

    assertThat(ImageDecoder.decode(bytes, enough).rgb()).hasSize((int) (3 * pixels));
    Failures.assertFails(
        () -> ImageDecoder.decode(bytes, new MediaLimits(1 << 20, pixels - 1, 1, 1)),
        ErrorType.TOO_LARGE,
        "spark.qwenvl.media.maxPixels");
  }

  @ParameterizedTest(name = "start of frame {0}")
  @ValueSource(ints = {0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf})
  void anArithmeticLosslessOrHierarchicalJpegIsSaidNotToBeRead(int marker) {
    byte[] jpeg = Pixels.bytes(FOLDER + "files/jpeg_q50_s0.jpg");
    for (int i = 0; i + 1 < jpeg.length; i++) {
      if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xc0) {
        jpeg[i + 1] = (byte) marker;
      }
    }
    Failures.assertFails(
        () -> ImageDecoder.decode(jpeg, MediaLimits.DEFAULT),
        ErrorType.UNSUPPORTED_MEDIA,
        "arithmetic, lossless or hierarchical");
  }

  private static RgbImage decode(String file, JsonNode golden) {
    RgbImage image = Pixels.image(FOLDER + "files/" + file);
    assertThat(image.height()).isEqualTo(golden.path("height").asInt());
    assertThat(image.width()).isEqualTo(golden.path("width").asInt());
    return image;
  }
}
