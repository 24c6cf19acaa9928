package io.github.qwenvlspark.runtime.media;

import static io.github.qwenvlspark.runtime.media.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a long document only what a page needs is read. */
class PdfRangesTest {
  private static final int BLOCK = 1 << 12;
  private static final int PAGES = 300;
  private static byte[] pdf;

  @BeforeAll
  static void generate() {
    pdf = GeneratedPdf.ofPages(PAGES, 20_000);
  }

  /** Bytes that remember which blocks of them were read. */
  private static class Watched implements MediaBytes {
    private final MediaBytes bytes;
    private final Set<Long> blocks = new HashSet<>();
    private boolean closed;

    Watched(byte[] bytes) {
      this.bytes = MediaBytes.of(bytes);
    }

    @Override
    public long length() {
      return bytes.length();
    }

    @Override
    public int read(long position, byte[] target, int offset, int count) throws IOException {
      for (long block = position / BLOCK; block <= (position + count - 1) / BLOCK; block++) {
        blocks.add(block);
      }
      return bytes.read(position, target, offset, count);
    }

    long read() {
      return (long) blocks.size() * BLOCK;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static PdfDocument open(MediaBytes bytes) {
    return PdfDocument.open(bytes, "", MediaLimits.DEFAULT, PdfLimits.DEFAULT);
  }

  @Test
  void theNumberOfPagesTakesTheTableAlone() {
    Watched bytes = new Watched(pdf);
    try (PdfDocument document = open(bytes)) {
      assertThat(document.pages()).isEqualTo(PAGES);
    }
    assertThat(bytes.read()).isLessThan(pdf.length / 20);
    assertThat(bytes.closed).isTrue();
  }

  @Test
  void aStretchOfPagesTakesThoseAlone() {
    Watched bytes = new Watched(pdf);
    try (PdfDocument document = open(bytes)) {
      for (int page = 160; page < 176; page++) {
        assertThat(document.text(page)).isEqualTo("This is page " + (page + 1));
      }
      assertThat(bytes.read()).isLessThan(pdf.length / 5);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 17, 299})
  void aPageIsWhatPdfBoxDrawsOfTheWholeDocument(int page) throws IOException {
    try (PdfDocument document = open(MediaBytes.of(pdf));
        PDDocument whole = Loader.loadPDF(pdf)) {
      RgbImage expected =
          new PixelConversion(PictureRules.REFERENCE)
              .toRgb(
                  new PDFRenderer(whole).renderImageWithDPI(page, 72, ImageType.RGB),
                  PixelConversion.Alpha.NONE);
      assertThat(document.render(page, PageScale.dpi(72)).rgb()).isEqualTo(expected.rgb());
    }
  }

  /** Someone put a line in front of the document, and all places in its table are wrong. */
  @Test
  void aTableThatIsWrongIsFoundOutAndMended() {
    String text = new String(pdf, StandardCharsets.ISO_8859_1);
    int table = text.lastIndexOf("\nxref\n") + 1;
    int line = text.indexOf('\n') + 1;
    String moved = text.substring(0, line) + "%moved\n" + text.substring(line, table);
    byte[] wrong =
        (moved
                + text.substring(table)
                    .replaceAll("startxref\\s+\\d+", "startxref\n" + (table + "%moved\n".length())))
            .getBytes(StandardCharsets.ISO_8859_1);
    try (PdfDocument document = open(MediaBytes.of(wrong))) {
      assertThat(document.pages()).isEqualTo(PAGES);
      assertThat(document.text(298)).isEqualTo("This is page 299");
      assertThat(document.text(0)).isEqualTo("This is page 1");
    }
  }

  @Test
  void oneWrongPlaceIsFoundOutWhenItsPageIsRead() {
    String text = new String(pdf, StandardCharsets.ISO_8859_1);
    int table = text.lastIndexOf("\nxref\n");
    // The last object in the table is a part of the last page.
    int entry = text.indexOf(" 00000 n", text.lastIndexOf(" 00000 n", text.length())) - 10;
    byte[] wrong =
        (text.substring(0, entry) + "0000000099" + text.substring(entry + 10))
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThat(entry).isGreaterThan(table);
    try (PdfDocument document = open(MediaBytes.of(wrong));
        PdfDocument right = open(MediaBytes.of(pdf))) {
      for (int page : new int[] {0, 298, 299}) {
        assertThat(document.render(page, PageScale.dpi(36)).rgb())
            .isEqualTo(right.render(page, PageScale.dpi(36)).rgb());
      }
    }
  }

  @Test
  void whatFailsInTheStoreKeepsItsType() {
    Watched bytes =
        new Watched(pdf) {
          @Override
          public int read(long position, byte[] target, int offset, int count) throws IOException {
            if (position < pdf.length / 2) {
              throw new QwenVlException(ErrorType.ACCESS_DENIED, "may not be read");
            }
            return super.read(position, target, offset, count);
          }
        };
    assertFails(() -> open(bytes).text(0), ErrorType.ACCESS_DENIED, "may not be read");
  }

  /** PDFBox takes an object whose reading was cut off for one that the document does not have. */
  @ParameterizedTest(name = "read {0} of the page")
  @ValueSource(ints = {0, 1, 2, 3})
  void whatAFailureCutOffIsThereForTheNextPage(int failing) {
    Flaky bytes = new Flaky(pdf);
    try (PdfDocument document = open(bytes);
        PdfDocument right = open(MediaBytes.of(pdf))) {
      bytes.failAfter(failing);
      assertFails(() -> drawn(document, 0), ErrorType.TIMEOUT, "the store is slow");
      for (int page : new int[] {0, 1}) {
        assertThat(drawn(document, page)).isEqualTo(drawn(right, page));
      }
    }
  }

  private static byte[] drawn(PdfDocument document, int page) {
    return document.render(page, PageScale.dpi(36)).rgb();
  }

  /** A store that fails once, when it is told to. */
  private static final class Flaky extends Watched {
    private int left = Integer.MAX_VALUE;

    Flaky(byte[] bytes) {
      super(bytes);
    }

    void failAfter(int reads) {
      left = reads;
    }

    @Override
    public int read(long position, byte[] target, int offset, int count) throws IOException {
      if (left-- == 0) {
        throw new QwenVlException(ErrorType.TIMEOUT, "the store is slow");
      }
      return super.read(position, target, offset, count);
    }
  }

  @Test
  void aDocumentThatTakesTooLongSaysWhichSettingGivesItMore() {
    PdfLimits impatient = new PdfLimits(Duration.ofNanos(1), 1 << 20);
    assertFails(
        () -> PdfDocument.open(MediaBytes.of(pdf), "", MediaLimits.DEFAULT, impatient),
        ErrorType.TIMEOUT,
        "(spark.qwenvl.pdf.renderTimeoutSeconds)");
  }

  @Test
  void aDocumentShorterThanItsStoreSaidIsCorrupt() {
    MediaBytes bytes =
        new Watched(pdf) {
          @Override
          public int read(long position, byte[] target, int offset, int count) {
            return -1;
          }
        };
    assertFails(() -> open(bytes), ErrorType.CORRUPT_MEDIA, "The PDF is broken");
  }

  @Test
  void everyPageOfALongDocumentIsReadInOrder() {
    try (PdfDocument document = open(MediaBytes.of(pdf))) {
      assertThat(IntStream.range(0, PAGES).mapToObj(document::text))
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, PAGES).mapToObj(n -> "This is page " + n).toList());
    }
  }
}
