package io.github.qwenvlspark.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.media.PictureRules.Exif;
import io.github.qwenvlspark.runtime.media.PictureRules.Transparency;
import io.github.qwenvlspark.runtime.media.PictureRules.WideGray;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule that is not the reference's, against Pillow. */
class PictureRulesGoldenTest {
  private static final PictureRules UPRIGHT =
      new PictureRules(Exif.APPLIED, WideGray.CLIPPED, Transparency.OVER_WHITE);

  static Stream<Arguments> lossless() {
    return cases("oriented").filter(arguments -> !golden(arguments).path("lossy").asBoolean());
  }

  static Stream<Arguments> lossy() {
    return cases("oriented").filter(arguments -> golden(arguments).path("lossy").asBoolean());
  }

  static Stream<Arguments> scaled() {
    return cases("scaled");
  }

  static Stream<Arguments> dropped() {
    return cases("dropped");
  }

  private static Stream<Arguments> cases(String name) {
    return GoldenJson.cases("alternatives/" + name + ".json", "cases")
        .map(golden -> Arguments.of(golden.path("file").asText(), golden));
  }

  private static JsonNode golden(Arguments arguments) {
    return (JsonNode) arguments.get()[1];
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lossless")
  void anAppliedOrientationIsThatOfExifTranspose(String file, JsonNode golden) {
    assertThat(Pixels.sha256(decode(file, UPRIGHT).rgb()))
        .isEqualTo(golden.path("sha256").asText());
  }

  /** A JDK may bring another JPEG library; turning is proven by the lossless files. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("lossy")
  void aJpegIsTurnedByTheTagThatPillowReads(String file, JsonNode golden) {
    RgbImage stored = decode(file, PictureRules.REFERENCE);
    RgbImage expected = Orientation.of(golden.path("orientation").asInt()).apply(stored);

    RgbImage upright = decode(file, UPRIGHT);

    assertThat(upright.height()).isEqualTo(expected.height());
    assertThat(upright.rgb()).isEqualTo(expected.rgb());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scaled")
  void wideGrayKeepsItsUpperBitsAndAllElseStaysAsItIs(String file, JsonNode golden) {
    PictureRules rules = new PictureRules(Exif.IGNORED, WideGray.SCALED, Transparency.OVER_WHITE);

    assertThat(Pixels.sha256(decode(file, rules).rgb())).isEqualTo(golden.path("sha256").asText());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dropped")
  void droppedTransparencyLeavesTheStoredColour(String file, JsonNode golden) {
    PictureRules rules = new PictureRules(Exif.IGNORED, WideGray.CLIPPED, Transparency.DROPPED);

    assertThat(Pixels.sha256(decode(file, rules).rgb())).isEqualTo(golden.path("sha256").asText());
  }

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void damagedMetadataNeverStopsAReader(int seed) {
    Random random = new Random(seed);
    ImageFormat[] formats = {ImageFormat.JPEG, ImageFormat.PNG, ImageFormat.WEBP};
    String[] files = {"xmp_8.jpg", "exif_3_xmp_7.png", "exif_6.webp"};
    int kind = random.nextInt(formats.length);
    byte[] bytes = Pixels.bytes("alternatives/oriented/" + files[kind]);
    for (int i = 0; i < 4; i++) {
      bytes[12 + random.nextInt(bytes.length - 12)] = (byte) random.nextInt(256);
    }
    byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));

    assertThatCode(() -> ExifOrientation.of(formats[kind], bytes)).doesNotThrowAnyException();
    assertThatCode(() -> ExifOrientation.of(formats[kind], cut)).doesNotThrowAnyException();
  }

  @Test
  void aChunkThatClaimsTwoGigabytesIsNotRead() {
    byte[] bytes = Pixels.bytes("alternatives/oriented/xmp_7.png");
    bytes[33] = 0x7f;

    assertThat(ExifOrientation.of(ImageFormat.PNG, bytes)).isEqualTo(Orientation.UPRIGHT);
  }

  private static RgbImage decode(String file, PictureRules rules) {
    return new ImageDecoder(MediaLimits.DEFAULT, rules).decode(Pixels.bytes(file));
  }
}
