package io.github.qwenvlspark.runtime.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSFloat;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdfwriter.compress.CompressParameters;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;

/** PDFs that tests write themselves. */
final class GeneratedPdf {
  private GeneratedPdf() {}

  /** What of a document is built. */
  interface Drawing {
    void on(PDDocument document, PDPage page) throws IOException;
  }

  /** A document of one page of 200 x 100 points. */
  static byte[] of(Drawing drawing) {
    try (PDDocument document = new PDDocument()) {
      PDPage page = new PDPage(new PDRectangle(200, 100));
      document.addPage(page);
      drawing.on(document, page);
      return saved(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A document of many pages, each with a line of text, which names the page, and a picture of
   * noise that no compression makes smaller.
   *
   * @param pictureBytes of each page
   */
  static byte[] ofPages(int pages, int pictureBytes) {
    try (PDDocument document = new PDDocument()) {
      PDFont font = new PDType1Font(FontName.HELVETICA);
      byte[] noise = new byte[pictureBytes];
      for (int number = 1; number <= pages; number++) {
        PDPage page = new PDPage(PDRectangle.A4);
        document.addPage(page);
        new Random(number).nextBytes(noise);
        try (PDPageContentStream content = new PDPageContentStream(document, page)) {
          content.drawImage(picture(document, noise), 50, 100, 400, 400);
          content.beginText();
          content.setFont(font, 24);
          content.newLineAtOffset(50, 700);
          content.showText("This is page " + number);
          content.endText();
        }
      }
      return saved(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gray noise, as wide as it is; the last row may be cut off. */
  private static PDImageXObject picture(PDDocument document, byte[] noise) throws IOException {
    int side = (int) Math.sqrt(noise.length);
    COSStream data = stream(document, COSName.FLATE_DECODE, noise);
    PDImageXObject picture =
        new PDImageXObject(new org.apache.pdfbox.pdmodel.common.PDStream(data), null);
    picture.setWidth(side);
    picture.setHeight(side);
    picture.setBitsPerComponent(8);
    data.setItem(COSName.COLORSPACE, COSName.DEVICEGRAY);
    return picture;
  }

  static COSStream stream(PDDocument document, String content) throws IOException {
    return stream(document, COSName.FLATE_DECODE, content.getBytes(StandardCharsets.US_ASCII));
  }

  static COSStream stream(PDDocument document, COSName filter, byte[] content) throws IOException {
    COSStream stream = document.getDocument().createCOSStream();
    try (OutputStream out = stream.createOutputStream(filter)) {
      out.write(content);
    }
    return stream;
  }

  /** A stream of so many megabytes of spaces, which takes a thousandth of it. */
  static COSStream bomb(PDDocument document, int megabytes) throws IOException {
    byte[] spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
    COSStream stream = document.getDocument().createCOSStream();
    try (OutputStream out = stream.createOutputStream(COSName.FLATE_DECODE)) {
      for (int i = 0; i < megabytes; i++) {
        out.write(spaces);
      }
    }
    return stream;
  }

  /** A form that covers the page and draws {@code content}; its resources are still empty. */
  static COSStream form(PDDocument document, String content) throws IOException {
    COSStream form = stream(document, content);
    form.setItem(COSName.TYPE, COSName.XOBJECT);
    form.setItem(COSName.SUBTYPE, COSName.FORM);
    form.setItem(COSName.BBOX, numbers(0, 0, 200, 100));
    form.setItem(COSName.RESOURCES, new COSDictionary());
    return form;
  }

  static COSArray numbers(double... values) {
    COSArray array = new COSArray();
    for (double value : values) {
      array.add(new COSFloat((float) value));
    }
    return array;
  }

  /** Lets {@code name} of a kind of resource stand for {@code value}. */
  static void resource(COSDictionary owner, String kind, String name, COSDictionary value) {
    COSDictionary resources = child(owner, COSName.RESOURCES);
    child(resources, COSName.getPDFName(kind)).setItem(COSName.getPDFName(name), value);
  }

  private static COSDictionary child(COSDictionary parent, COSName name) {
    COSDictionary child = parent.getCOSDictionary(name);
    if (child == null) {
      child = new COSDictionary();
      parent.setItem(name, child);
    }
    return child;
  }

  /** What the page draws. */
  static void content(PDDocument document, PDPage page, String content) throws IOException {
    page.getCOSObject().setItem(COSName.CONTENTS, stream(document, content));
  }

  /** As most writers write: a table of objects, each on its own. */
  static byte[] saved(PDDocument document) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    document.save(out, CompressParameters.NO_COMPRESSION);
    return out.toByteArray();
  }
}
