package io.github.qwenvlspark.runtime.media;

import static io.github.qwenvlspark.runtime.media.Failures.assertFails;
import static io.github.qwenvlspark.runtime.media.Failures.assertTyped;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PdfDocumentTest {
  private static final byte[] PAGE = Pixels.bytes("pdfs/page.pdf");

  /** Of the picture inside {@code page.pdf}, inflated by another program. */
  private static final String PICTURE_SHA256 =
      "8a32be230fbcf2cb5f573b7fc26ab978505c15f13edd8d56fa7b3115522e1381";

  /** What of a page is built here. */
  private interface Drawing {
    void on(PDDocument document, PDPage page) throws IOException;
  }

  @Test
  void aPageAtTheResolutionOfItsPictureGivesBackItsPixels() {
    RgbImage page = render(PAGE, 144);
    assertThat(page.height()).isEqualTo(280);
    assertThat(page.width()).isEqualTo(280);
    assertThat(Pixels.sha256(page.rgb())).isEqualTo(PICTURE_SHA256);
  }

  @ParameterizedTest
  @CsvSource({"72, 140", "144, 280", "200, 388", "300, 583"})
  void resolutionDecidesTheSize(int dpi, int side) {
    assertThat(render(PAGE, dpi).width()).isEqualTo(side);
  }

  @Test
  void cropBoxAndRotationDecideTheShape() {
    byte[] pdf =
        pdf(
            (document, page) -> {
              page.setMediaBox(new PDRectangle(300, 400));
              page.setCropBox(new PDRectangle(10, 20, 100, 50));
              page.setRotation(90);
            });
    RgbImage page = render(pdf, 72);
    assertThat(page.height()).isEqualTo(100);
    assertThat(page.width()).isEqualTo(50);
  }

  @Test
  void anEmptyPageIsWhite() {
    assertThat(render(pdf((document, page) -> {}), 72).rgb()).containsOnly((byte) 255);
  }

  @Test
  void aLockedDocumentSaysSoAndOpensWithItsPassword() {
    byte[] locked = locked("user");
    assertFails(
        () -> PdfDocument.open(locked, MediaLimits.DEFAULT),
        ErrorType.ENCRYPTED_DOCUMENT,
        "needs a password");
    assertFails(
        () -> PdfDocument.open(locked, "wrong", MediaLimits.DEFAULT),
        ErrorType.ENCRYPTED_DOCUMENT,
        "needs another password");
    try (PdfDocument pdf = PdfDocument.open(locked, "user", MediaLimits.DEFAULT)) {
      assertThat(pdf.pages()).isEqualTo(1);
    }
  }

  @Test
  void aDocumentLockedAgainstChangesOnlyIsRead() {
    assertThat(render(locked(""), 72).width()).isEqualTo(612);
  }

  @Test
  void aDocumentWithoutPagesIsEmpty() throws IOException {
    try (PDDocument document = new PDDocument()) {
      byte[] bytes = saved(document);
      assertFails(() -> open(bytes), ErrorType.EMPTY_DOCUMENT, "no pages");
    }
  }

  @Test
  void brokenDocumentsAreCorrupt() {
    assertFails(() -> open(new byte[0]), ErrorType.CORRUPT_MEDIA, "The PDF is broken");
    assertFails(() -> open(Pixels.bytes("pdfs/broken.pdf")), ErrorType.CORRUPT_MEDIA, "PDF");
  }

  @Test
  void aDocumentCutOrDamagedAnywhereGivesPagesOrATypedFailure() {
    for (int percent = 0; percent < 100; percent += 5) {
      byte[] cut = Arrays.copyOf(PAGE, PAGE.length * percent / 100);
      assertTyped(() -> render(cut, 72));
    }
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      byte[] damaged = PAGE.clone();
      for (int i = 0; i < 8; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      assertTyped(() -> render(damaged, 72));
    }
  }

  @Test
  void limitsNameValueLimitAndSetting() {
    assertFails(
        () -> PdfDocument.open(PAGE, new MediaLimits(100, 1, 1, 1)),
        ErrorType.TOO_LARGE,
        "(spark.qwenvl.media.maxBytes)");
    assertFails(
        () -> render(PAGE, 144, new MediaLimits(1 << 20, 78_399, 1, 1)),
        ErrorType.TOO_LARGE,
        "78,400 pixels exceed 78,399 (spark.qwenvl.media.maxPixels)");
    byte[] two = pdf((document, page) -> document.addPage(new PDPage()));
    assertFails(
        () -> PdfDocument.open(two, new MediaLimits(1 << 20, 1, 1, 1)),
        ErrorType.TOO_LARGE,
        "2 pages exceed 1 (spark.qwenvl.media.maxPages)");
  }

  @Test
  void anAbsurdPageIsTooLargeWhateverItsSidesMultiplyTo() {
    byte[] pdf = pdf((document, page) -> page.setMediaBox(new PDRectangle(4e18f, 4e18f)));
    assertFails(() -> render(pdf, 72), ErrorType.TOO_LARGE, "spark.qwenvl.media.maxPixels");
  }

  @Test
  void aPageListThatLeadsNowhereIsCorrupt() {
    byte[] pdf =
        pdf(
            (document, page) -> {
              COSDictionary catalog = document.getDocumentCatalog().getCOSObject();
              catalog.setInt(COSName.PAGES, 7);
            });
    assertFails(() -> render(pdf, 72), ErrorType.CORRUPT_MEDIA, "PDF");
  }

  @Test
  void aPageThatDoesNotExistIsTheRequestsFault() {
    try (PdfDocument pdf = PdfDocument.open(PAGE, MediaLimits.DEFAULT)) {
      assertFails(
          () -> pdf.render(1, PageScale.dpi(72)),
          ErrorType.INVALID_REQUEST,
          "Page 2 was asked for");
      assertFails(
          () -> pdf.render(-1, PageScale.dpi(72)),
          ErrorType.INVALID_REQUEST,
          "Page 0 was asked for");
    }
  }

  private static RgbImage render(byte[] bytes, int dpi) {
    return render(bytes, dpi, MediaLimits.DEFAULT);
  }

  private static RgbImage render(byte[] bytes, int dpi, MediaLimits limits) {
    try (PdfDocument pdf = PdfDocument.open(bytes, limits)) {
      return pdf.render(0, PageScale.dpi(dpi));
    }
  }

  private static void open(byte[] bytes) {
    PdfDocument.open(bytes, MediaLimits.DEFAULT).close();
  }

  private static byte[] pdf(Drawing drawing) {
    try (PDDocument document = new PDDocument()) {
      PDPage page = new PDPage();
      document.addPage(page);
      drawing.on(document, page);
      return saved(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] locked(String userPassword) {
    return pdf(
        (document, page) -> {
          StandardProtectionPolicy policy =
              new StandardProtectionPolicy("owner", userPassword, new AccessPermission());
          policy.setEncryptionKeyLength(128);
          document.protect(policy);
        });
  }

  private static byte[] saved(PDDocument document) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    document.save(out);
    return out.toByteArray();
  }
}
