package io.github.qwenvlspark.pipeline.hostile;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;

/** The corpus: for each format a good file, that file damaged, and files made to do damage. */
enum HostileFormat {
  PNG {
    @Override
    byte[] good() {
      return picture("png");
    }

    @Override
    List<HostileFile> bombs() {
      return List.of(
          file("png-side-of-60000", png(60_000, 60_000, 8, 0, new byte[10])),
          file("png-side-of-2-billion", png(0x7fffffff, 0x7fffffff, 8, 0, new byte[10])),
          file("png-0x0", png(0, 0, 8, 0, new byte[10])),
          file("png-of-zeros", png(4000, 4000, 8, 0, Bytes.deflatedZeros(4001 * 4000))),
          file("png-without-pixels", png(4000, 4000, 16, 6, Bytes.deflatedZeros(0))),
          file("png-pixel-of-512-mb", png(1, 1, 8, 0, Bytes.deflatedZeros(512L << 20))),
          file("png-profile-of-512-mb", withChunk("iCCP", "p\0\0")),
          file("png-text-of-512-mb", withChunk("zTXt", "t\0\0")),
          file("png-unknown-bit-depth", png(10, 10, 77, 0, new byte[10])),
          file(
              "png-endless-chunk",
              new Bytes().add(pngHead(10, 10, 8, 0)).u32(0x7fffffff).text("tEXt").get()));
    }
  },
  JPEG {
    @Override
    byte[] good() {
      return picture("jpeg");
    }

    @Override
    List<HostileFile> bombs() {
      return List.of(
          file("jpeg-side-of-65500", jpegOfScans(65_500, 65_500, 1)),
          file("jpeg-0x0", jpegOfScans(0, 0, 1)),
          file("jpeg-of-100000-scans", jpegOfScans(4000, 4000, 100_000)),
          file(
              "jpeg-of-markers", new Bytes().u16(0xffd8).add(many(new byte[] {-1}, 1 << 20)).get()),
          file(
              "jpeg-of-comments",
              new Bytes().u16(0xffd8).add(many(new byte[] {-1, -2, 0, 2}, 1 << 18)).get()));
    }
  },
  GIF {
    @Override
    byte[] good() {
      return picture("gif");
    }

    @Override
    List<HostileFile> bombs() {
      return List.of(
          file("gif-side-of-65535", gif(65_535, 65_535, 65_535, 65_535)),
          file("gif-large-frame-on-a-small-screen", gif(1, 1, 65_535, 65_535)),
          file("gif-0x0", gif(0, 0, 0, 0)),
          file("gif-without-pixels", gif(4000, 4000, 4000, 4000)),
          file(
              "gif-of-extensions",
              new Bytes()
                  .text("GIF89a")
                  .le16(1, 1)
                  .u8(0, 0, 0)
                  .add(many(new byte[] {0x21, -2, 0}, 1 << 20))
                  .get()));
    }
  },
  BMP {
    @Override
    byte[] good() {
      return picture("bmp");
    }

    @Override
    List<HostileFile> bombs() {
      return List.of(
          file("bmp-side-of-2-billion", bmp(0x7fffffff, 0x7fffffff, 24, 0)),
          file("bmp-side-of-minus-2-billion", bmp(0x80000000, 0x80000000, 24, 0)),
          file("bmp-0x0", bmp(0, 0, 24, 0)),
          file("bmp-without-pixels", bmp(4000, 4000, 24, 0)),
          file("bmp-run-length-without-pixels", bmp(4000, 4000, 8, 1)));
    }
  },
  TIFF {
    @Override
    byte[] good() {
      return picture("tiff");
    }

    @Override
    List<HostileFile> bombs() {
      return List.of(
          file("tiff-side-of-4-billion", tiff(0xffffffffL, 0xffffffffL, 1, 1, 0)),
          file("tiff-0x0", tiff(0, 0, 1, 1, 0)),
          file("tiff-without-pixels", tiff(4000, 4000, 1, 1, 0)),
          file("tiff-deflate-without-pixels", tiff(4000, 4000, 8, 1, 0)),
          file("tiff-lzw-without-pixels", tiff(4000, 4000, 5, 1, 0)),
          file("tiff-directory-in-a-circle", tiff(10, 10, 1, 1, 8)),
          file("tiff-tag-of-4-billion-values", tiff(10, 10, 1, 0xffffffffL, 0)),
          file(
              "tiff-jpeg-larger-than-its-strip",
              tiffOfJpeg(10, 10, jpegOfScans(65_500, 65_500, 1))));
    }
  },
  WEBP {
    @Override
    byte[] good() {
      return fixture("images/files/webp_lossy.webp");
    }

    @Override
    List<HostileFile> bombs() {
      return List.of(
          file("webp-lossless-side-of-16384", webp("VP8L", new Bytes().u8(0x2f).le32(0x0fffffff))),
          file(
              "webp-lossless-without-pixels",
              webp("VP8L", new Bytes().u8(0x2f).le32(3999 | 3999 << 14))),
          file(
              "webp-lossy-side-of-16383",
              webp("VP8 ", new Bytes().u8(0x10, 0, 0, 0x9d, 1, 0x2a).le16(16_383, 16_383))),
          file(
              "webp-canvas-of-16-million",
              webp(
                  "VP8X",
                  new Bytes()
                      .u8(2, 0, 0, 0, 255, 255, 255, 255, 255, 255)
                      .text("ANMF")
                      .le32(16)
                      .add(new byte[16]))),
          file("webp-0x0", webp("VP8 ", new Bytes().u8(0x10, 0, 0, 0x9d, 1, 0x2a).le16(0, 0))));
    }
  },
  PDF {
    @Override
    byte[] good() {
      return pdf();
    }

    @Override
    List<HostileFile> bombs() {
      return List.of(
          file("pdf-pages-in-a-circle", pdfOf("<</Type/Pages/Kids[2 0 R]/Count 1>>", 0)),
          file("pdf-of-2-billion-pages", pdfOf("<</Type/Pages/Kids[3 0 R]/Count 2147483647>>", 0)),
          file("pdf-huge-page", pdf(new PDRectangle(2_000_000, 2_000_000))),
          file("pdf-page-without-size", pdf(new PDRectangle(0, 0))),
          file(
              "pdf-nested-arrays",
              new Bytes().text("%PDF-1.7\n1 0 obj\n").text("[".repeat(100_000)).get()),
          file("pdf-content-of-64-mb", pdfOf("<</Type/Pages/Kids[3 0 R]/Count 1>>", 64 << 20)));
    }
  },
  MP4 {
    @Override
    byte[] good() {
      return fixture("videos/files/h264.mp4");
    }

    @Override
    List<HostileFile> bombs() {
      return List.of(
          file(
              "mp4-box-of-8-exabytes",
              new Bytes().u32(1).text("ftyp").u32(0x7fffffff, -1).text("isom").get()),
          file(
              "mp4-nested-boxes",
              new Bytes().add(many(new Bytes().u32(0x7fffff).text("moov").get(), 10_000)).get()));
    }
  },
  WEBM {
    @Override
    byte[] good() {
      return fixture("videos/files/vp9.webm");
    }

    @Override
    List<HostileFile> bombs() {
      return List.of(
          file(
              "webm-head-alone",
              new Bytes().u32(0x1a45dfa3).add(many(new byte[] {-1}, 1 << 16)).get()));
    }
  },
  AVI {
    @Override
    byte[] good() {
      return fixture("videos/files/mpeg4.avi");
    }

    @Override
    List<HostileFile> bombs() {
      return List.of(
          file(
              "avi-of-lists",
              new Bytes()
                  .text("RIFF")
                  .le32(-1)
                  .text("AVI ")
                  .add(many(new Bytes().text("LIST").le32(-1).text("hdrl").get(), 10_000))
                  .get()));
    }
  },
  NONE {
    @Override
    byte[] good() {
      return "Neither picture nor clip".getBytes(StandardCharsets.UTF_8);
    }

    @Override
    List<HostileFile> bombs() {
      return List.of(
          file("empty.png", new byte[0]),
          file("text.jpg", good()),
          file("zeros.tif", new byte[1 << 20]),
          file("zip-in-zip.png", zipInZip(20)),
          file(
              "pdf-behind-a-gif.gif",
              new Bytes().text("GIF89a").text("%PDF-1.7\n").add(pdf()).get()),
          file(
              "picture-behind-a-pdf.png", new Bytes().text("%PDF-1.7\n").add(picture("png")).get()),
          file("png-that-is-a-jpeg.png", picture("jpeg")));
    }
  };

  private static final Path FIXTURES = Path.of("../inference-runtime/src/test/resources/fixtures");

  /** A file without a fault. */
  abstract byte[] good();

  abstract List<HostileFile> bombs();

  /** The whole corpus of this format. */
  List<HostileFile> corpus() {
    List<HostileFile> files = new ArrayList<>(bombs());
    files.addAll(HostileFile.cut(name(), good()));
    files.addAll(HostileFile.flipped(name(), good(), 100));
    return files;
  }

  private static HostileFile file(String name, byte[] bytes) {
    return new HostileFile(name, bytes);
  }

  private static byte[] picture(String format) {
    BufferedImage image = new BufferedImage(90, 70, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int i = 0; i < 9; i++) {
      graphics.setColor(new Color(28 * i, 255 - 20 * i, 90));
      graphics.fillOval(10 * i, 5 * i, 30, 30);
    }
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) {
        throw new IllegalStateException("No writer for " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] fixture(String name) {
    try {
      return Files.readAllBytes(FIXTURES.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] many(byte[] piece, int times) {
    Bytes bytes = new Bytes();
    for (int i = 0; i < times; i++) {
      bytes.add(piece);
    }
    return bytes.get();
  }

  private static byte[] pngHead(int width, int height, int bits, int colour) {
    return new Bytes()
        .u32(0x89504e47L, 0x0d0a1a0aL)
        .chunk("IHDR", new Bytes().u32(width, height).u8(bits, colour, 0, 0, 0).get())
        .get();
  }

  private static byte[] png(int width, int height, int bits, int colour, byte[] pixels) {
    return new Bytes()
        .add(pngHead(width, height, bits, colour))
        .chunk("IDAT", pixels)
        .chunk("IEND", new byte[0])
        .get();
  }

  /** A good picture with a compressed chunk that becomes 512 MB. */
  private static byte[] withChunk(String type, String head) {
    byte[] data = new Bytes().text(head).add(Bytes.deflatedZeros(512L << 20)).get();
    return new Bytes()
        .add(pngHead(1, 1, 8, 0))
        .chunk(type, data)
        .chunk("IDAT", Bytes.deflatedZeros(2))
        .chunk("IEND", new byte[0])
        .get();
  }

  /** A gray progressive JPEG whose scans say nothing, each about every block. */
  private static byte[] jpegOfScans(int width, int height, int scans) {
    Bytes jpeg = new Bytes().u16(0xffd8);
    jpeg.u16(0xffc2, 11).u8(8).u16(height, width).u8(1, 1, 0x11, 0);
    jpeg.u16(0xffdb, 67).u8(0).add(many(new byte[] {1}, 64));
    // One code word, a 0, for a run of blocks without coefficients: 14 more bits of its length.
    jpeg.u16(0xffc4, 20).u8(0x10, 1).add(new byte[15]).u8(0xe0);
    for (int i = 0; i < scans; i++) {
      jpeg.u16(0xffda, 8).u8(1, 1, 0, 1, 63, 0).add(many(new byte[] {0x7f, 0x7f}, 16));
    }
    return jpeg.u16(0xffd9).get();
  }

  private static byte[] gif(int width, int height, int frameWidth, int frameHeight) {
    return new Bytes()
        .text("GIF89a")
        .le16(width, height)
        .u8(0x80, 0, 0)
        .add(new byte[6])
        .u8(0x2c)
        .le16(0, 0, frameWidth, frameHeight)
        .u8(0, 2, 2, 0x4c, 1, 0, 0x3b)
        .get();
  }

  private static byte[] bmp(int width, int height, int bits, int compression) {
    return new Bytes()
        .text("BM")
        .le32(100, 0, 54, 40, width, height)
        .le16(1, bits)
        .le32(compression, 0, 0, 0, 0, 0)
        .add(new byte[46])
        .get();
  }

  /** One strip, said to have so many offsets; the next page is at {@code next}. */
  private static byte[] tiff(long width, long height, int compression, long offsets, long next) {
    Bytes tiff = new Bytes().text("II").le16(42).le32(8).le16(8);
    tiff.le16(256, 4).le32(1, width);
    tiff.le16(257, 4).le32(1, height);
    tiff.le16(258, 3).le32(1, 8);
    tiff.le16(259, 3).le32(1, compression);
    tiff.le16(262, 3).le32(1, 1);
    tiff.le16(273, 4).le32(offsets, 8);
    tiff.le16(278, 4).le32(1, height);
    tiff.le16(279, 4).le32(1, 64);
    return tiff.le32(next).add(new byte[64]).get();
  }

  private static byte[] tiffOfJpeg(int width, int height, byte[] jpeg) {
    Bytes tiff = new Bytes().text("II").le16(42).le32(8).le16(8);
    tiff.le16(256, 4).le32(1, width);
    tiff.le16(257, 4).le32(1, height);
    tiff.le16(258, 3).le32(1, 8);
    tiff.le16(259, 3).le32(1, 7);
    tiff.le16(262, 3).le32(1, 1);
    tiff.le16(273, 4).le32(1, 110);
    tiff.le16(278, 4).le32(1, height);
    tiff.le16(279, 4).le32(1, jpeg.length);
    return tiff.le32(0).add(jpeg).get();
  }

  private static byte[] webp(String chunk, Bytes content) {
    byte[] data = content.get();
    return new Bytes()
        .text("RIFF")
        .le32(12L + data.length)
        .text("WEBP")
        .text(chunk)
        .le32(chunk.equals("VP8X") ? 10 : data.length)
        .add(data)
        .add(new byte[16])
        .get();
  }

  private static byte[] zipInZip(int depth) {
    byte[] content = new byte[1 << 20];
    for (int i = 0; i < depth; i++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (java.util.zip.ZipOutputStream zip = new java.util.zip.ZipOutputStream(out)) {
        for (String name : List.of("../../up.png", "next.zip")) {
          zip.putNextEntry(new java.util.zip.ZipEntry(name));
          zip.write(content);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      content = out.toByteArray();
    }
    return content;
  }

  private static byte[] pdf() {
    return pdf(new PDRectangle(200, 100));
  }

  private static byte[] pdf(PDRectangle size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PDDocument pdf = new PDDocument()) {
      PDPage page = new PDPage(size);
      pdf.addPage(page);
      try (PDPageContentStream content = new PDPageContentStream(pdf, page)) {
        content.addRect(10, 10, 50, 50);
        content.fill();
      }
      pdf.save(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** One page with a content stream of so many zeros. */
  private static byte[] pdfOf(String pages, int zeros) {
    byte[] content = Bytes.deflatedZeros(zeros);
    return new Bytes()
        .text("%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n")
        .text("2 0 obj\n" + pages + "\nendobj\n")
        .text("3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R>>\nendobj\n")
        .text("4 0 obj\n<</Length %d/Filter/FlateDecode>>\nstream\n".formatted(content.length))
        .add(content)
        .text("\nendstream\nendobj\n")
        .text("trailer\n<</Root 1 0 R/Size 5>>\n%%EOF\n")
        .get();
  }
}
