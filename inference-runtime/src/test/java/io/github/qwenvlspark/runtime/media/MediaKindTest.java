package io.github.qwenvlspark.runtime.media;

import static io.github.qwenvlspark.runtime.media.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaKindTest {

  static Stream<String> pictures() {
    return Stream.concat(
        GoldenJson.cases("images/images.json", "images")
            .map(image -> "images/files/" + image.path("file").asText()),
        GoldenJson.cases("images/hard/hard.json", "images")
            .map(image -> "images/hard/" + image.path("file").asText()));
  }

  static Stream<String> clips() {
    return Stream.concat(
        Stream.of("h264.mp4", "vp9.webm", "mpeg4.avi").map(file -> "videos/files/" + file),
        GoldenJson.cases("videos/hard/hard.json", "cases")
            .map(clip -> "videos/hard/" + clip.path("file").asText()));
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void picturesAreToldByTheirFirstBytes(String file) {
    assertThat(kindOfHead(file)).isEqualTo(MediaKind.IMAGE);
  }

  @ParameterizedTest
  @MethodSource("clips")
  void clipsAreToldByTheirFirstBytes(String file) {
    assertThat(kindOfHead(file)).isEqualTo(MediaKind.VIDEO);
  }

  @Test
  void aPdfMayStartWithinTheFirstKilobyte() {
    assertThat(kindOfHead("pdfs/page.pdf")).isEqualTo(MediaKind.PDF);
    assertThat(MediaKind.of(latin1("\n".repeat(1000) + "%PDF-1.7"))).isEqualTo(MediaKind.PDF);
  }

  @Test
  void noBytesAreCorrupt() {
    assertFails(() -> MediaKind.of(new byte[0]), ErrorType.CORRUPT_MEDIA, "0 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BMI table of 2024, all values", "text", "B", "RIFF1234WAVE", "<html>"})
  void whatIsNoMediumIsUnsupportedAndTheMessageSaysWhatIs(String text) {
    assertFails(
        () -> MediaKind.of(latin1(text)), ErrorType.UNSUPPORTED_MEDIA, "JPEG, PNG, WebP, GIF");
  }

  @ParameterizedTest
  @ValueSource(strings = {"heic", "mif1", "avif"})
  void aPictureInAClipsContainerIsNoClip(String brand) {
    assertThat(MediaKind.of(latin1("\0\0\0\u0018ftyp" + brand))).isEqualTo(MediaKind.IMAGE);
  }

  private static MediaKind kindOfHead(String file) {
    byte[] bytes = Pixels.bytes(file);
    return MediaKind.of(Arrays.copyOf(bytes, Math.min(bytes.length, MediaKind.HEAD_BYTES)));
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
