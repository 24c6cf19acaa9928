package io.github.qwenvlspark.runtime.media;

import static io.github.qwenvlspark.runtime.media.GeneratedPdf.content;
import static io.github.qwenvlspark.runtime.media.GeneratedPdf.form;
import static io.github.qwenvlspark.runtime.media.GeneratedPdf.numbers;
import static io.github.qwenvlspark.runtime.media.GeneratedPdf.resource;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSFloat;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationWidget;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDTextField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A page looks as on paper: turned, cropped, with its notes and the fields of its form. */
class PdfPageLookTest {
  /** A page of 200 x 100 with a black box in its lower left corner. */
  private static final String BOX = "0 0 50 50 re f ";

  private static RgbImage render(GeneratedPdf.Drawing drawing) {
    try (PdfDocument pdf = PdfDocument.open(GeneratedPdf.of(drawing), MediaLimits.DEFAULT)) {
      return pdf.render(0, PageScale.dpi(72));
    }
  }

  private static int gray(RgbImage image, int x, int y) {
    return image.rgb()[3 * (y * image.width() + x)] & 0xff;
  }

  @ParameterizedTest
  @CsvSource({"0, 25, 75", "90, 25, 25", "180, 175, 25", "270, 75, 175", "-90, 75, 175"})
  void aTurnedPageIsUpright(int degrees, int x, int y) {
    RgbImage image =
        render(
            (document, page) -> {
              content(document, page, BOX);
              page.setRotation(degrees);
            });
    boolean upright = degrees % 180 == 0;
    assertThat(List.of(image.width(), image.height()))
        .isEqualTo(upright ? List.of(200, 100) : List.of(100, 200));
    assertThat(gray(image, x, y)).isZero();
    assertThat(gray(image, image.width() - 1 - x, image.height() - 1 - y)).isEqualTo(255);
  }

  @Test
  void whatIsOutsideOfTheCropBoxIsNotShown() {
    RgbImage image =
        render(
            (document, page) -> {
              content(document, page, BOX);
              page.setCropBox(new PDRectangle(40, 0, 100, 80));
            });
    assertThat(List.of(image.width(), image.height())).containsExactly(100, 80);
    assertThat(gray(image, 5, 75)).isZero();
    assertThat(gray(image, 15, 75)).isEqualTo(255);
  }

  @Test
  void aUserUnitMakesThePageLarger() {
    RgbImage image =
        render(
            (document, page) -> {
              content(document, page, BOX);
              page.setUserUnit(3);
            });
    assertThat(List.of(image.width(), image.height())).containsExactly(600, 300);
    assertThat(gray(image, 140, 160)).isZero();
    assertThat(gray(image, 160, 160)).isEqualTo(255);
  }

  @Test
  void aTransparentPageStandsOnWhite() {
    RgbImage image =
        render(
            (document, page) -> {
              COSDictionary half = new COSDictionary();
              half.setItem(COSName.CA_NS, new COSFloat(0.5f));
              half.setItem(COSName.BM, COSName.getPDFName("Multiply"));
              resource(page.getCOSObject(), "ExtGState", "G", half);
              content(document, page, "/G gs " + BOX);
            });
    assertThat(gray(image, 25, 75)).isBetween(126, 129);
    assertThat(gray(image, 150, 20)).isEqualTo(255);
  }

  @Test
  void annotationsAreDrawn() {
    RgbImage image =
        render(
            (document, page) -> {
              COSDictionary stamp = new COSDictionary();
              stamp.setItem(COSName.TYPE, COSName.ANNOT);
              stamp.setItem(COSName.SUBTYPE, COSName.getPDFName("Stamp"));
              stamp.setItem(COSName.RECT, numbers(100, 0, 200, 50));
              COSDictionary appearance = new COSDictionary();
              appearance.setItem(COSName.N, form(document, "0 0 200 100 re f "));
              stamp.setItem(COSName.AP, appearance);
              COSArray annotations = new COSArray();
              annotations.add(stamp);
              page.getCOSObject().setItem(COSName.ANNOTS, annotations);
            });
    assertThat(gray(image, 150, 75)).isZero();
    assertThat(gray(image, 150, 25)).isEqualTo(255);
  }

  @Test
  void aFieldWhoseLookIsLeftToTheViewerShowsItsValue() {
    RgbImage image =
        render(
            (document, page) -> {
              PDAcroForm form = new PDAcroForm(document);
              document.getDocumentCatalog().setAcroForm(form);
              PDResources resources = new PDResources();
              resources.put(COSName.HELV, new PDType1Font(FontName.HELVETICA));
              form.setDefaultResources(resources);
              form.setDefaultAppearance("/Helv 40 Tf 0 g");
              PDTextField field = new PDTextField(form);
              field.setPartialName("name");
              PDAnnotationWidget widget = field.getWidgets().get(0);
              widget.setRectangle(new PDRectangle(0, 0, 200, 100));
              widget.setPage(page);
              page.getAnnotations().add(widget);
              form.getFields().add(field);
              field.getCOSObject().setString(COSName.V, "MMMMM");
              form.setNeedAppearances(true);
            });
    int dark = 0;
    for (int x = 0; x < image.width(); x++) {
      for (int y = 0; y < image.height(); y++) {
        dark += gray(image, x, y) < 64 ? 1 : 0;
      }
    }
    assertThat(dark).isGreaterThan(500);
  }
}
