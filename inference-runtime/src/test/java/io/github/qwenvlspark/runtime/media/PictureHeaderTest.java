package io.github.qwenvlspark.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The size in the header is that of the decoded picture, for every picture of the fixtures. */
class PictureHeaderTest {
  private static final List<String> FOLDERS =
      List.of("images/files", "images/hard", "images/rare/files", "heif");

  static Stream<String> pictures() {
    return FOLDERS.stream()
        .flatMap(folder -> files(folder).map(file -> folder + "/" + file.getFileName()))
        .filter(PictureHeaderTest::isPicture)
        .sorted();
  }

  private static Stream<Path> files(String folder) {
    try (Stream<Path> files = Files.list(Fixtures.path(folder))) {
      return files.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isPicture(String fixture) {
    try {
      return ImageDecoder.decode(Pixels.bytes(fixture), MediaLimits.DEFAULT).width() > 0;
    } catch (QwenVlException e) {
      return false;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pictures")
  void theHeaderSaysHowLargeThePictureIs(String fixture) {
    byte[] bytes = Pixels.bytes(fixture);
    RgbImage decoded = ImageDecoder.decode(bytes, MediaLimits.DEFAULT);

    PictureHeader header = PictureHeader.of(MediaBytes.of(bytes), MediaLimits.DEFAULT);

    // Orientation tags of TIFFs and HEIFs turn what is decoded.
    assertThat(List.of(header.height(), header.width()))
        .containsExactlyInAnyOrder(decoded.height(), decoded.width());
  }

  @Test
  void oneKilobyteIsEnoughForMost() {
    byte[] png = Pixels.bytes("images/files/page.png");

    PictureHeader header =
        PictureHeader.of(new Counted(png, MediaKind.HEAD_BYTES), MediaLimits.DEFAULT);

    assertThat(header).isEqualTo(PictureHeader.of(MediaBytes.of(png), MediaLimits.DEFAULT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "images/files/page.png",
        "images/files/jpeg_420.jpg",
        "images/files/gif_animated.gif",
        "images/files/bmp24.bmp",
        "images/files/webp_lossy.webp",
        "images/files/tiff_group4.tif",
        "heif/smooth.avif"
      })
  void aHeaderThatBreaksOffAnywhereIsATypedError(String fixture) {
    byte[] bytes = Pixels.bytes(fixture);
    for (int length = 1; length < Math.min(bytes.length, 400); length++) {
      MediaBytes cut = MediaBytes.of(Arrays.copyOf(bytes, length));
      try {
        assertThat(PictureHeader.of(cut, MediaLimits.DEFAULT).width()).isPositive();
      } catch (QwenVlException e) {
        assertThat(e.type())
            .isIn(ErrorType.CORRUPT_MEDIA, ErrorType.UNSUPPORTED_MEDIA, ErrorType.TOO_LARGE);
      }
    }
  }

  @Test
  void morePixelsThanAllowedAreTooLarge() {
    MediaBytes page = MediaBytes.of(Pixels.bytes("images/files/page.png"));
    MediaLimits few = new MediaLimits(1 << 30, 100, 10, 10);

    assertThatThrownBy(() -> PictureHeader.of(page, few))
        .hasMessageContaining("exceed 100 (spark.qwenvl.media.maxPixels)");
  }

  /** Bytes of which only the first may be read. */
  private record Counted(byte[] bytes, int most) implements MediaBytes {
    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public int read(long position, byte[] target, int offset, int count) throws IOException {
      assertThat(position + count).isLessThanOrEqualTo(most);
      return MediaBytes.of(bytes).read(position, target, offset, count);
    }

    @Override
    public void close() {}
  }
}
