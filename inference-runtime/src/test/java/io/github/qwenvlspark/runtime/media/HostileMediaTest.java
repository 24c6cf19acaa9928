package io.github.qwenvlspark.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes are, there are pixels or one typed failure. */
class HostileMediaTest {
  private static final List<String> FILES =
      List.of(
          "images/files/rgb_odd.png",
          "images/files/jpeg_420.jpg",
          "images/files/jpeg_progressive.jpg",
          "images/files/jpeg_cmyk.jpg",
          "images/files/webp_lossy.webp",
          "images/files/gif_animated.gif",
          "images/files/bmp24.bmp",
          "images/files/tiff_group4.tif",
          "videos/files/h264.mp4",
          "videos/files/vp9.webm");

  static List<String> files() {
    return FILES;
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyTwentiethOfAFileIsReadOrRefused(String file) {
    byte[] whole = Pixels.bytes(file);
    for (int part = 0; part < 20; part++) {
      assertReadOrRefused(Arrays.copyOf(whole, whole.length * part / 20));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void flippedBytesAreReadOrRefused(String file) {
    byte[] whole = Pixels.bytes(file);
    for (long seed = 0; seed < 10; seed++) {
      Random random = new Random(seed);
      byte[] damaged = whole.clone();
      for (int i = 0; i < 5; i++) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      assertReadOrRefused(damaged);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb_odd.png", "jpeg_420.jpg", "jpeg_progressive.jpg", "jpeg_cmyk.jpg"})
  void aPictureCutInTheMiddleIsCorrupt(String file) {
    byte[] whole = Pixels.bytes("images/files/" + file);

    assertType(
        () -> ImageDecoder.decode(Arrays.copyOf(whole, whole.length / 2), MediaLimits.DEFAULT),
        ErrorType.CORRUPT_MEDIA);
  }

  @Test
  void limitsHoldBeforeAnythingIsDecoded() throws IOException {
    MediaLimits few = new MediaLimits(1_000_000, 1_000, 1, 10);
    assertThatThrownBy(() -> ImageDecoder.decode(Pixels.bytes("images/files/page.png"), few))
        .hasMessageContainingAll("pixels exceed 1,000", "spark.qwenvl.media.maxPixels");
    assertThatThrownBy(
            () ->
                VideoReader.read(
                    Pixels.bytes("videos/files/h264.mp4"),
                    (n, fps) -> new int[] {0},
                    new MediaLimits(1_000_000, 100_000, 1, 10)))
        .hasMessageContainingAll("45 frames exceed 10", "spark.qwenvl.media.maxFrames");
    assertThatThrownBy(() -> PdfDocument.open(pdf(2, PDRectangle.LETTER), few))
        .hasMessageContainingAll("2 pages exceed 1", "spark.qwenvl.media.maxPages");
    assertThatThrownBy(() -> few.requireBytes(1_000_001))
        .hasMessage("1,000,001 bytes exceed 1,000,000 (spark.qwenvl.media.maxBytes)");
    try (PdfDocument huge =
        PdfDocument.open(pdf(1, new PDRectangle(14_400, 14_400)), MediaLimits.DEFAULT)) {
      assertType(() -> huge.render(0, PageScale.dpi(300)), ErrorType.TOO_LARGE);
    }
  }

  @Test
  void anEncryptedPdfAndAnEmptyOneAreNamed() throws IOException {
    try (PDDocument document = new PDDocument()) {
      document.addPage(new PDPage());
      document.protect(new StandardProtectionPolicy("owner", "user", new AccessPermission()));
      byte[] locked = bytes(document);
      assertType(() -> PdfDocument.open(locked, MediaLimits.DEFAULT), ErrorType.ENCRYPTED_DOCUMENT);
    }
    byte[] empty = pdf(0, PDRectangle.LETTER);
    assertType(() -> PdfDocument.open(empty, MediaLimits.DEFAULT), ErrorType.EMPTY_DOCUMENT);
    assertType(
        () -> PdfDocument.open("%PDF-1.7".getBytes(StandardCharsets.US_ASCII), MediaLimits.DEFAULT),
        ErrorType.CORRUPT_MEDIA);
  }

  @Test
  void aRotatedPageAndAnOddResolutionHaveTheirSize() throws IOException {
    try (PDDocument document = new PDDocument()) {
      PDPage page = new PDPage(new PDRectangle(200, 100));
      page.setRotation(90);
      document.addPage(page);
      try (PdfDocument pdf = PdfDocument.open(bytes(document), MediaLimits.DEFAULT)) {
        RgbImage image = pdf.render(0, PageScale.dpi(144));
        assertThat(List.of(image.height(), image.width())).containsExactly(400, 200);
      }
    }
  }

  static Stream<List<Object>> heads() {
    return Stream.of(
        List.of("%PDF-1.4", MediaKind.PDF),
        List.of("junk before %PDF-1.4", MediaKind.PDF),
        List.of("GIF89a", MediaKind.IMAGE),
        List.of("\u0000\u0000\u0000\u0018ftypmp42", MediaKind.VIDEO),
        List.of("RIFF\u0000\u0000\u0000\u0000AVI LIST", MediaKind.VIDEO),
        List.of("RIFF\u0000\u0000\u0000\u0000WEBPVP8 ", MediaKind.IMAGE));
  }

  @ParameterizedTest
  @MethodSource("heads")
  void theFirstBytesDecideWhatAFileIs(List<Object> head) {
    byte[] bytes = head.get(0).toString().getBytes(StandardCharsets.ISO_8859_1);
    assertThat(MediaKind.of(bytes)).isEqualTo(head.get(1));
  }

  @Test
  void nothingAndTextAreNoMedia() {
    assertType(() -> MediaKind.of(new byte[0]), ErrorType.CORRUPT_MEDIA);
    assertType(
        () -> MediaKind.of("hello".getBytes(StandardCharsets.US_ASCII)),
        ErrorType.UNSUPPORTED_MEDIA);
  }

  private static void assertReadOrRefused(byte[] bytes) {
    List<ErrorType> refused = new ArrayList<>();
    try {
      MediaKind kind = MediaKind.of(Arrays.copyOf(bytes, Math.min(bytes.length, 1024)));
      if (kind == MediaKind.IMAGE) {
        assertThat(ImageDecoder.decode(bytes, MediaLimits.DEFAULT)).isNotNull();
      } else if (kind == MediaKind.VIDEO) {
        assertThat(VideoReader.read(bytes, (n, fps) -> new int[] {0}, MediaLimits.DEFAULT))
            .isNotNull();
      }
    } catch (QwenVlException e) {
      refused.add(e.type());
    }
    assertThat(refused)
        .isSubsetOf(ErrorType.CORRUPT_MEDIA, ErrorType.UNSUPPORTED_MEDIA, ErrorType.TOO_LARGE);
  }

  private static void assertType(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, ErrorType type) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(QwenVlException.class, e -> assertThat(e.type()).isEqualTo(type));
  }

  private static byte[] pdf(int pages, PDRectangle size) throws IOException {
    try (PDDocument document = new PDDocument()) {
      for (int i = 0; i < pages; i++) {
        document.addPage(new PDPage(size));
      }
      return bytes(document);
    }
  }

  private static byte[] bytes(PDDocument document) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    document.save(out);
    return out.toByteArray();
  }
}
