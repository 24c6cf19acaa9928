package io.github.qwenvlspark.runtime.media;

import static io.github.qwenvlspark.runtime.media.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.ErrorType;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures within PDFs that need a library of their own. */
class PdfCodecsTest {
  /** White, its left half black. */
  private static BufferedImage halfBlack() {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, 64, 64);
    graphics.setColor(Color.BLACK);
    graphics.fillRect(0, 0, 32, 64);
    graphics.dispose();
    return image;
  }

  private static byte[] jpeg2000(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg2000").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(new IIOImage(image, null, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    writer.dispose();
    return bytes.toByteArray();
  }

  /** One generic region, coded as in a fax of group 4, as PDF embeds it. */
  private static byte[] jbig2(int pageWidth, int pageHeight) {
    // Horizontal mode, eight columns white, eight black, and the end of the block: ITU-T T.6.
    int[] fax = {0b0011_0011, 0b0001_0100, 0b0000_0000, 0b0100_0000, 0b0000_0100};
    ByteBuffer bytes = ByteBuffer.allocate(200);
    bytes.putInt(0).put((byte) 48).put((byte) 0).put((byte) 1).putInt(19); // page information
    bytes
        .putInt(pageWidth)
        .putInt(pageHeight)
        .putInt(0)
        .putInt(0)
        .put((byte) 0)
        .putShort((short) 0);
    bytes.putInt(1).put((byte) 38).put((byte) 0).put((byte) 1).putInt(18 + fax.length); // region
    bytes.putInt(16).putInt(1).putInt(0).putInt(0).put((byte) 0).put((byte) 1);
    for (int part : fax) {
      bytes.put((byte) part);
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static byte[] pdf(String filter, byte[] data, int width, int height, int bits) {
    return GeneratedPdf.of(
        (document, page) -> {
          COSStream picture = document.getDocument().createCOSStream();
          try (OutputStream out = picture.createRawOutputStream()) {
            out.write(data);
          }
          picture.setItem(COSName.FILTER, COSName.getPDFName(filter));
          picture.setItem(COSName.TYPE, COSName.XOBJECT);
          picture.setItem(COSName.SUBTYPE, COSName.IMAGE);
          picture.setInt(COSName.WIDTH, width);
          picture.setInt(COSName.HEIGHT, height);
          picture.setInt(COSName.BITS_PER_COMPONENT, bits);
          picture.setItem(COSName.COLORSPACE, COSName.DEVICEGRAY);
          GeneratedPdf.resource(page.getCOSObject(), "XObject", "I", picture);
          GeneratedPdf.content(document, page, "q 200 0 0 100 0 0 cm /I Do Q ");
        });
  }

  private static byte[] jpeg2000() {
    return pdf("JPXDecode", jpeg2000(halfBlack()), 64, 64, 8);
  }

  private static int[] grays(byte[] pdf) {
    try (PdfDocument document = PdfDocument.open(pdf, MediaLimits.DEFAULT)) {
      byte[] rgb = document.render(0, PageScale.dpi(72)).rgb();
      int middle = 50 * 200 * 3;
      return new int[] {rgb[middle + 3 * 20] & 0xff, rgb[middle + 3 * 180] & 0xff};
    }
  }

  @Test
  void aJpeg2000PictureIsDrawnWhereItsReaderIs() {
    assertThat(grays(jpeg2000())).containsExactly(0, 255);
  }

  @Test
  void aJbig2PictureIsDrawn() {
    assertThat(grays(pdf("JBIG2Decode", jbig2(16, 1), 16, 1, 1))).containsExactly(255, 0);
  }

  @Test
  void aJbig2PictureThatIsLargerThanTheDocumentSaysIsRefusedByItsOwnHeader() {
    byte[] boastful = pdf("JBIG2Decode", jbig2(100_000, 100_000), 16, 1, 1);
    assertFails(() -> grays(boastful), ErrorType.TOO_LARGE, "maxDecodedBytes");
  }

  @ParameterizedTest
  @CsvSource({
    "JPXDecode, jpeg2000, com.github.jai-imageio:jai-imageio-jpeg2000",
    "JBIG2Decode, JBIG2, org.apache.pdfbox:jbig2-imageio"
  })
  void withoutItsReaderItIsAFailureThatNamesItAndNotAWhitePage(
      String filter, String format, String library) {
    byte[] pdf = pdf(filter, new byte[64], 8, 8, 8);
    ImageIO.scanForPlugins(); // else whoever asks first registers what was taken away
    IIORegistry registry = IIORegistry.getDefaultInstance();
    List<ImageReaderSpi> taken = new ArrayList<>();
    Iterator<ImageReaderSpi> readers =
        registry.getServiceProviders(
            ImageReaderSpi.class,
            spi -> List.of(((ImageReaderSpi) spi).getFormatNames()).contains(format),
            false);
    readers.forEachRemaining(taken::add);
    taken.forEach(registry::deregisterServiceProvider);
    try {
      assertFails(() -> grays(pdf), ErrorType.UNSUPPORTED_MEDIA, library);
    } finally {
      taken.forEach(registry::registerServiceProvider);
    }
  }
}
