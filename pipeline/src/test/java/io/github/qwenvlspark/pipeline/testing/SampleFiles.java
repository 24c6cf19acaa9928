package io.github.qwenvlspark.pipeline.testing;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;

/** Good and broken documents, made in a folder. */
public final class SampleFiles {
  /** Signature and first chunk. */
  private static final int PNG_HEADER = 33;

  private final Path folder;

  public SampleFiles(Path folder) {
    this.folder = folder;
  }

  /** What a local store knows of a file; that of no file where there is none. */
  public static String fingerprint(Path file) {
    return "length:%d,modified:%d".formatted(file.toFile().length(), file.toFile().lastModified());
  }

  /** A PNG with a black box. */
  public Path picture(String name, int width, int height) {
    return write(name, png(width, height));
  }

  /** A PNG whose EXIF data says that its first row is the right side. */
  public Path pictureOnItsSide(String name, int width, int height) {
    byte[] png = png(width, height);
    byte[] orientationSix = {
      'e', 'X', 'I', 'f', // the chunk's name, then a TIFF of one tag
      'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0
    };
    CRC32 check = new CRC32();
    check.update(orientationSix);
    ByteBuffer turned = ByteBuffer.allocate(png.length + orientationSix.length + 8);
    turned.put(png, 0, PNG_HEADER);
    turned.putInt(orientationSix.length - 4).put(orientationSix).putInt((int) check.getValue());
    turned.put(png, PNG_HEADER, png.length - PNG_HEADER);
    return write(name, turned.array());
  }

  public Path truncatedPicture(String name) {
    byte[] png = png(60, 60);
    return write(name, Arrays.copyOf(png, png.length / 2));
  }

  public Path empty(String name) {
    return write(name, new byte[0]);
  }

  public Path text(String name, String text) {
    return write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A TIFF whose pages are 40 pixels high and 10, 20, 30 ... wide. */
  public Path tiff(String name, int pages) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (int page = 1; page <= pages; page++) {
        BufferedImage image = new BufferedImage(10 * page, 40, BufferedImage.TYPE_BYTE_GRAY);
        writer.writeToSequence(new IIOImage(image, null, null), null);
      }
      writer.endWriteSequence();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    writer.dispose();
    return write(name, bytes.toByteArray());
  }

  /** A PDF with so many pages of 72 x 36 points. */
  public Path pdf(String name, int pages) {
    try (PDDocument pdf = document(pages)) {
      return write(name, saved(pdf));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A PDF of one letter page that says {@code text}. */
  public Path pdfOf(String name, String text) {
    try (PDDocument pdf = new PDDocument()) {
      PDPage page = new PDPage();
      pdf.addPage(page);
      try (PDPageContentStream content = new PDPageContentStream(pdf, page)) {
        content.beginText();
        content.setFont(new PDType1Font(FontName.HELVETICA), 12);
        content.newLineAtOffset(72, 700);
        content.showText(text);
        content.endText();
      }
      return write(name, saved(pdf));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A PDF that asks for the password {@code user}. */
  public Path encryptedPdf(String name) {
    return encryptedPdf(name, "user");
  }

  /** A PDF that asks for a password. */
  public Path encryptedPdf(String name, String password) {
    try (PDDocument pdf = document(1)) {
      pdf.protect(new StandardProtectionPolicy("owner", password, new AccessPermission()));
      return write(name, saved(pdf));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PDDocument document(int pages) {
    PDDocument pdf = new PDDocument();
    for (int i = 0; i < pages; i++) {
      pdf.addPage(new PDPage(new PDRectangle(72, 36)));
    }
    return pdf;
  }

  private static byte[] saved(PDDocument pdf) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    pdf.save(bytes);
    return bytes.toByteArray();
  }

  private static byte[] png(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.setColor(Color.BLACK);
    graphics.fillRect(width / 4, height / 4, width / 2, height / 2);
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private Path write(String name, byte[] bytes) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts a folder in the place of another. */
  public void move(String from, String to) {
    try {
      org.apache.hadoop.fs.FileUtil.fullyDelete(folder.resolve(to).toFile());
      Files.move(folder.resolve(from), folder.resolve(to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
