package io.github.qwenvlspark.runtime.media;

import static io.github.qwenvlspark.runtime.media.GeneratedPdf.bomb;
import static io.github.qwenvlspark.runtime.media.GeneratedPdf.content;
import static io.github.qwenvlspark.runtime.media.GeneratedPdf.form;
import static io.github.qwenvlspark.runtime.media.GeneratedPdf.numbers;
import static io.github.qwenvlspark.runtime.media.GeneratedPdf.resource;
import static io.github.qwenvlspark.runtime.media.GeneratedPdf.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSInteger;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** PDFs that want to take a machine down end as a picture or a typed error, and leave nothing. */
class HostilePdfTest {
  private static final PdfLimits LIMITS = new PdfLimits(Duration.ofSeconds(2), 64L << 20);

  /**
   * The deadline, twice, since text is read too, and what a slow machine does between two looks.
   */
  private static final Duration IN_TIME = Duration.ofSeconds(12);

  private static final PageScale SCALE = new PageScale(144, 2016);

  /**
   * One PDF.
   *
   * @param allowed how it may end; none for a picture
   */
  private record Hostile(
      String name, Set<Optional<ErrorType>> allowed, GeneratedPdf.Drawing drawing) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Hostile hostile(String name, ErrorType end, GeneratedPdf.Drawing drawing) {
    return new Hostile(name, Set.of(Optional.of(end)), drawing);
  }

  /** It is stopped by whichever limit it meets first. */
  private static Hostile endless(String name, GeneratedPdf.Drawing drawing) {
    return new Hostile(
        name, Set.of(Optional.of(ErrorType.TIMEOUT), Optional.of(ErrorType.TOO_LARGE)), drawing);
  }

  /** It is drawn or refused. */
  private static Hostile ended(String name, GeneratedPdf.Drawing drawing) {
    return new Hostile(
        name,
        Set.of(
            Optional.empty(),
            Optional.of(ErrorType.TIMEOUT),
            Optional.of(ErrorType.TOO_LARGE),
            Optional.of(ErrorType.CORRUPT_MEDIA),
            Optional.of(ErrorType.OUT_OF_MEMORY)),
        drawing);
  }

  private static Hostile harmless(String name, GeneratedPdf.Drawing drawing) {
    return new Hostile(name, Set.of(Optional.empty()), drawing);
  }

  static Stream<Hostile> hostile() {
    return Stream.of(
        harmless("a form that draws itself", HostilePdfTest::formInItself),
        endless("forms that double forty times", HostilePdfTest::doubling),
        harmless("a pattern of 10^9 cells", HostilePdfTest::manyCells),
        hostile(
            "a pattern that is filled with itself",
            ErrorType.CORRUPT_MEDIA,
            HostilePdfTest::patternInItself),
        hostile(
            "a shading with a function of 20,000 steps a pixel",
            ErrorType.TIMEOUT,
            HeavyShadings::heavyShading),
        hostile("the same shading as a pattern", ErrorType.TIMEOUT, HeavyShadings::heavyPattern),
        hostile(
            "a linear gradient with a long program",
            ErrorType.TIMEOUT,
            (document, page) ->
                HeavyShadings.gradient(
                    document, page, 2, HeavyShadings.program(document, 1, 200_000))),
        hostile(
            "a radial gradient with a long program",
            ErrorType.TIMEOUT,
            (document, page) ->
                HeavyShadings.gradient(
                    document, page, 3, HeavyShadings.program(document, 1, 200_000))),
        hostile(
            "a program of programs 10^5 deep",
            ErrorType.CORRUPT_MEDIA,
            (document, page) ->
                HeavyShadings.gradient(document, page, 2, HeavyShadings.deepProgram(document))),
        ended(
            "a gradient with 300,000 values for each colour",
            (document, page) ->
                HeavyShadings.gradient(document, page, 2, HeavyShadings.wideFunction())),
        ended(
            "a gradient of 100,000 gradients",
            (document, page) ->
                HeavyShadings.gradient(document, page, 2, HeavyShadings.stitched())),
        ended(
            "a gradient of 10^9 samples",
            (document, page) ->
                HeavyShadings.gradient(document, page, 2, HeavyShadings.samples(document))),
        hostile(
            "a picture in a colour space with a long program",
            ErrorType.TIMEOUT,
            HeavyShadings::heavyColors),
        hostile(
            "100,000 triangles, each over the whole page",
            ErrorType.TIMEOUT,
            (document, page) -> HeavyShadings.mesh(document, page, 4, 300_000, 6)),
        hostile(
            "a million triangles",
            ErrorType.TOO_LARGE,
            (document, page) -> HeavyShadings.mesh(document, page, 4, 3_000_000, 6)),
        hostile(
            "2,000 patches, each over the whole page",
            ErrorType.TIMEOUT,
            (document, page) -> HeavyShadings.mesh(document, page, 6, 2_000, 37)),
        hostile(
            "50,000 patches",
            ErrorType.TOO_LARGE,
            (document, page) -> HeavyShadings.mesh(document, page, 7, 50_000, 45)),
        hostile(
            "a picture that is no JPEG", ErrorType.CORRUPT_MEDIA, HostilePdfTest::brokenPicture),
        // Read bit by bit, so that a fast machine is through in time.
        new Hostile(
            "a content stream that inflates to 200 MB",
            Set.of(
                Optional.empty(), Optional.of(ErrorType.TIMEOUT), Optional.of(ErrorType.TOO_LARGE)),
            (document, page) -> page.getCOSObject().setItem(COSName.CONTENTS, bomb(document, 200))),
        endless("a picture that inflates to 200 MB", HostilePdfTest::bombPicture),
        hostile(
            "a picture of 10^10 pixels by its dictionary",
            ErrorType.TOO_LARGE,
            HostilePdfTest::hugePicture),
        hostile(
            "a JPEG that is larger than the document says",
            ErrorType.TOO_LARGE,
            HostilePdfTest::boastfulJpeg),
        harmless(
            "a page of 10^18 points",
            (document, page) -> page.setMediaBox(new PDRectangle(1e18f, 1e18f))),
        hostile("a page list in a circle", ErrorType.CORRUPT_MEDIA, HostilePdfTest::circle),
        hostile(
            "a page list that counts 10^9 pages",
            ErrorType.TOO_LARGE,
            (document, page) -> pages(document).setInt(COSName.COUNT, 1_000_000_000)),
        hostile(
            "a page list that counts pages it has not",
            ErrorType.CORRUPT_MEDIA,
            (document, page) -> {
              pages(document).setInt(COSName.COUNT, 5);
              pages(document).setItem(COSName.KIDS, new COSArray());
            }),
        endless("10^6 annotations", HostilePdfTest::manyAnnotations),
        new Hostile(
            "a glyph that shows itself",
            Set.of(Optional.empty(), Optional.of(ErrorType.CORRUPT_MEDIA)),
            HostilePdfTest::glyphInItself),
        hostile(
            "a mask that is masked by itself",
            ErrorType.CORRUPT_MEDIA,
            HostilePdfTest::maskInItself),
        new Hostile(
            "a line of 10^9 dashes",
            Set.of(Optional.empty(), Optional.of(ErrorType.TIMEOUT)),
            (document, page) -> content(document, page, "[0.00001] 0 d 0 50 m 200 50 l S ")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void hostile(Hostile hostile) {
    byte[] pdf = GeneratedPdf.of(hostile.drawing());
    Set<Thread> threads = threads();
    Set<Path> files = temporaryFiles();

    assertTimeout(IN_TIME, () -> assertThat(hostile.allowed()).contains(end(pdf)));

    assertThat(threads()).isSubsetOf(threads);
    assertThat(temporaryFiles()).isSubsetOf(files);
  }

  private static Optional<ErrorType> end(byte[] bytes) {
    try (PdfDocument pdf =
        PdfDocument.open(MediaBytes.of(bytes), "", MediaLimits.DEFAULT, LIMITS)) {
      assertThat(pdf.render(0, SCALE).rgb()).isNotEmpty();
      String unused = pdf.text(0);
      return Optional.empty();
    } catch (QwenVlException e) {
      return Optional.of(e.type());
    }
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.isDaemon())
        .collect(Collectors.toSet());
  }

  private static Set<Path> temporaryFiles() {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("PDFBox"))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static COSDictionary pages(PDDocument document) {
    return document.getDocumentCatalog().getCOSObject().getCOSDictionary(COSName.PAGES);
  }

  private static void formInItself(PDDocument document, PDPage page) throws IOException {
    COSStream form = form(document, "/F Do ");
    resource(form, "XObject", "F", form);
    resource(page.getCOSObject(), "XObject", "F", form);
    content(document, page, "/F Do ");
  }

  private static void doubling(PDDocument document, PDPage page) throws IOException {
    COSStream inner = form(document, "0 0 10 10 re f ");
    for (int i = 0; i < 40; i++) {
      COSStream outer = form(document, "/F Do /F Do ");
      resource(outer, "XObject", "F", inner);
      inner = outer;
    }
    resource(page.getCOSObject(), "XObject", "F", inner);
    content(document, page, "/F Do ");
  }

  private static COSStream pattern(PDDocument document, String content, double step)
      throws IOException {
    COSStream pattern = stream(document, content);
    pattern.setItem(COSName.TYPE, COSName.PATTERN);
    pattern.setInt(COSName.PATTERN_TYPE, 1);
    pattern.setInt(COSName.PAINT_TYPE, 1);
    pattern.setInt(COSName.TILING_TYPE, 1);
    pattern.setItem(COSName.BBOX, numbers(0, 0, step, step));
    pattern.setItem(COSName.X_STEP, numbers(step).get(0));
    pattern.setItem(COSName.Y_STEP, numbers(step).get(0));
    pattern.setItem(COSName.RESOURCES, new COSDictionary());
    return pattern;
  }

  private static void manyCells(PDDocument document, PDPage page) throws IOException {
    COSStream pattern = pattern(document, "1 0 0 rg 0 0 1 1 re f ", 0.004);
    resource(page.getCOSObject(), "Pattern", "P", pattern);
    content(document, page, "/Pattern cs /P scn 0 0 200 100 re f ");
  }

  private static void patternInItself(PDDocument document, PDPage page) throws IOException {
    COSStream pattern = pattern(document, "/Pattern cs /P scn 0 0 9 9 re f ", 10);
    resource(pattern, "Pattern", "P", pattern);
    resource(page.getCOSObject(), "Pattern", "P", pattern);
    content(document, page, "/Pattern cs /P scn 0 0 200 100 re f ");
  }

  private static void brokenPicture(PDDocument document, PDPage page) throws IOException {
    COSStream data = document.getDocument().createCOSStream();
    try (OutputStream out = data.createRawOutputStream()) {
      out.write(new byte[] {-1, -40, -1, 1, 2, 3});
    }
    data.setItem(COSName.FILTER, COSName.DCT_DECODE);
    picture(document, page, data, 16);
  }

  static void picture(PDDocument document, PDPage page, COSStream data, int side)
      throws IOException {
    data.setItem(COSName.TYPE, COSName.XOBJECT);
    data.setItem(COSName.SUBTYPE, COSName.IMAGE);
    data.setInt(COSName.WIDTH, side);
    data.setInt(COSName.HEIGHT, side);
    data.setInt(COSName.BITS_PER_COMPONENT, 8);
    data.setItem(COSName.COLORSPACE, COSName.DEVICEGRAY);
    resource(page.getCOSObject(), "XObject", "I", data);
    content(document, page, "100 0 0 100 0 0 cm /I Do ");
  }

  private static void bombPicture(PDDocument document, PDPage page) throws IOException {
    picture(document, page, bomb(document, 200), 100);
  }

  private static void hugePicture(PDDocument document, PDPage page) throws IOException {
    picture(document, page, stream(document, "x"), 100_000);
  }

  private static void boastfulJpeg(PDDocument document, PDPage page) throws IOException {
    byte[] jpeg = Pixels.bytes("images/files/jpeg_420.jpg").clone();
    for (int i = 2; (jpeg[i + 1] & 0xff) != 0xda; i += 2 + ByteBuffer.wrap(jpeg).getShort(i + 2)) {
      if ((jpeg[i + 1] & 0xff) == 0xc0) {
        ByteBuffer.wrap(jpeg).putShort(i + 5, (short) 20_000).putShort(i + 7, (short) 20_000);
      }
    }
    COSStream data = document.getDocument().createCOSStream();
    try (OutputStream out = data.createRawOutputStream()) {
      out.write(jpeg);
    }
    data.setItem(COSName.FILTER, COSName.DCT_DECODE);
    picture(document, page, data, 16);
  }

  private static void circle(PDDocument document, PDPage page) {
    COSDictionary root = pages(document);
    COSDictionary branch = new COSDictionary();
    branch.setItem(COSName.TYPE, COSName.PAGES);
    branch.setInt(COSName.COUNT, 2);
    COSArray kids = new COSArray();
    kids.add(root);
    branch.setItem(COSName.KIDS, kids);
    COSArray top = new COSArray();
    top.add(branch);
    root.setItem(COSName.KIDS, top);
    root.setInt(COSName.COUNT, 2);
  }

  private static void manyAnnotations(PDDocument document, PDPage page) throws IOException {
    COSDictionary annotation = new COSDictionary();
    annotation.setItem(COSName.TYPE, COSName.ANNOT);
    annotation.setItem(COSName.SUBTYPE, COSName.getPDFName("Stamp"));
    annotation.setItem(COSName.RECT, numbers(0, 0, 100, 100));
    COSDictionary appearance = new COSDictionary();
    appearance.setItem(COSName.N, form(document, "0 0 50 50 re f 1 0 0 rg 9 9 50 50 re f "));
    annotation.setItem(COSName.AP, appearance);
    annotation.setItem(COSName.F, COSInteger.get(4));
    COSArray annotations = new COSArray();
    document.getDocumentCatalog().getCOSObject().setItem(COSName.getPDFName("Keep"), annotation);
    for (int i = 0; i < 1_000_000; i++) {
      annotations.add(annotation);
    }
    page.getCOSObject().setItem(COSName.ANNOTS, annotations);
  }

  private static void glyphInItself(PDDocument document, PDPage page) throws IOException {
    COSDictionary font = new COSDictionary();
    font.setItem(COSName.TYPE, COSName.FONT);
    font.setItem(COSName.SUBTYPE, COSName.TYPE3);
    font.setItem(COSName.FONT_BBOX, numbers(0, 0, 10, 10));
    font.setItem(COSName.FONT_MATRIX, numbers(0.1, 0, 0, 0.1, 0, 0));
    font.setInt(COSName.FIRST_CHAR, 97);
    font.setInt(COSName.LAST_CHAR, 97);
    font.setItem(COSName.WIDTHS, numbers(10));
    COSDictionary glyphs = new COSDictionary();
    glyphs.setItem(COSName.getPDFName("a"), stream(document, "10 0 d0 BT /F 9 Tf (aaaa) Tj ET "));
    font.setItem(COSName.CHAR_PROCS, glyphs);
    COSDictionary encoding = new COSDictionary();
    COSArray differences = new COSArray();
    differences.add(COSInteger.get(97));
    differences.add(COSName.getPDFName("a"));
    encoding.setItem(COSName.DIFFERENCES, differences);
    font.setItem(COSName.ENCODING, encoding);
    resource(font, "Font", "F", font);
    resource(page.getCOSObject(), "Font", "F", font);
    content(document, page, "BT /F 9 Tf (aaaa) Tj ET ");
  }

  private static void maskInItself(PDDocument document, PDPage page) throws IOException {
    COSStream group = form(document, "/G gs 0 0 200 100 re f ");
    COSDictionary transparency = new COSDictionary();
    transparency.setItem(COSName.S, COSName.TRANSPARENCY);
    transparency.setItem(COSName.CS, COSName.DEVICEGRAY);
    group.setItem(COSName.GROUP, transparency);
    COSDictionary mask = new COSDictionary();
    mask.setItem(COSName.S, COSName.LUMINOSITY);
    mask.setItem(COSName.G, group);
    COSDictionary state = new COSDictionary();
    state.setItem(COSName.SMASK, mask);
    resource(group, "ExtGState", "G", state);
    resource(page.getCOSObject(), "ExtGState", "G", state);
    content(document, page, "/G gs 0 0 200 100 re f ");
  }
}
