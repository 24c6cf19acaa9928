package io.github.qwenvlspark.runtime.media;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Arrays;

/**
 * Samples of any kind to 8-bit RGB, by the rules of Pillow. Reads the raster: {@code
 * BufferedImage.getRGB} converts gray through a colour space and is off by up to 73 levels.
 */
final class PixelConversion {
  private static final int WHITE = 255;

  private final PictureRules rules;

  PixelConversion(PictureRules rules) {
    this.rules = rules;
  }

  /** What the second band of gray or the fourth of colours is. */
  enum Alpha {
    STRAIGHT,
    /** Nothing that counts: it is ignored. */
    NONE,
    /** Colours are multiplied by alpha already: divide, then as {@link #STRAIGHT}. */
    ASSOCIATED
  }

  /** What the numbers of a CMYK picture count. */
  enum Ink {
    /** 255 is full ink: TIFF. */
    INK,
    /** 255 is no ink: JPEG, as Adobe writes it. */
    LIGHT
  }

  RgbImage toRgb(BufferedImage image, Alpha alpha) {
    return image.getColorModel() instanceof IndexColorModel palette
        ? palette(image.getRaster(), palette)
        : toRgb(image.getRaster(), alpha);
  }

  RgbImage toRgb(Raster raster, Alpha alpha) {
    // Pillow drops the alpha of 8-bit gray, but reads 16-bit gray with alpha as RGBA.
    boolean grayBlends = alpha == Alpha.STRAIGHT && bits(raster, 0) > Byte.SIZE;
    return switch (raster.getNumBands()) {
      case 1 -> gray(raster);
      case 2 -> grayBlends ? grayWithAlpha(raster) : gray(raster);
      case 3 -> rgb(raster);
      // Pillow ignores what follows the fourth band of a TIFF.
      case 4, 5, 6 -> alpha == Alpha.NONE ? rgb(raster) : withAlpha(raster, alpha);
      default ->
          throw BrokenMedia.corrupt(
              "A picture of %d colour bands is not known".formatted(raster.getNumBands()));
    };
  }

  private static RgbImage palette(Raster raster, IndexColorModel palette) {
    return palette(raster, palette, GifCanvas.filled(raster.getHeight(), raster.getWidth()));
  }

  /** A frame of palette colours in its place on a screen. */
  static RgbImage palette(Raster raster, IndexColorModel palette, GifCanvas screen) {
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    Canvas canvas = new Canvas(screen.height(), screen.width());
    int[] row = new int[raster.getWidth()];
    int[] line = new int[screen.width()];
    for (int y = 0; y < screen.height(); y++) {
      Arrays.fill(line, screen.background());
      int inFrame = y - screen.top();
      if (inFrame >= 0 && inFrame < raster.getHeight()) {
        samples(raster, screen.stored(inFrame, raster.getHeight()), row);
        System.arraycopy(row, 0, line, screen.left(), row.length);
      }
      for (int index : line) {
        int colour = colours[Math.min(index, colours.length - 1)];
        canvas.add(colour >> 16, colour >> 8, colour);
      }
    }
    return canvas.image();
  }

  /** Gray is repeated; an alpha band is dropped. */
  private RgbImage gray(Raster raster) {
    Canvas canvas = new Canvas(raster);
    int shift = grayShift(raster);
    int[] row = new int[raster.getWidth()];
    for (int y = 0; y < raster.getHeight(); y++) {
      for (int sample : samples(raster, y, row)) {
        int level = clip(sample >> shift);
        canvas.add(level, level, level);
      }
    }
    return canvas.image();
  }

  /** Low bits that wide gray loses; gray of 32 bits and signed gray have no full range to scale. */
  private int grayShift(Raster raster) {
    return rules.wideGray() == PictureRules.WideGray.SCALED
            && raster.getSampleModel().getDataType() == DataBuffer.TYPE_USHORT
        ? Math.max(0, bits(raster, 0) - Byte.SIZE)
        : 0;
  }

  private RgbImage grayWithAlpha(Raster raster) {
    Canvas canvas = new Canvas(raster);
    int bits = bits(raster, 0);
    int[] row = new int[raster.getWidth() * 2];
    for (int y = 0; y < raster.getHeight(); y++) {
      pixels(raster, y, row);
      for (int i = 0; i < row.length; i += 2) {
        int level = shown(level(row[i], bits), level(row[i + 1], bits));
        canvas.add(level, level, level);
      }
    }
    return canvas.image();
  }

  private static RgbImage rgb(Raster raster) {
    Canvas canvas = new Canvas(raster);
    int bands = raster.getNumBands();
    int red = bits(raster, 0);
    int green = bits(raster, 1);
    int blue = bits(raster, 2);
    int[] row = new int[raster.getWidth() * bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      pixels(raster, y, row);
      for (int i = 0; i < row.length; i += bands) {
        canvas.add(level(row[i], red), level(row[i + 1], green), level(row[i + 2], blue));
      }
    }
    return canvas.image();
  }

  private RgbImage withAlpha(Raster raster, Alpha kind) {
    Canvas canvas = new Canvas(raster);
    int bits = bits(raster, 0);
    boolean associated = kind == Alpha.ASSOCIATED;
    int bands = raster.getNumBands();
    int[] row = new int[raster.getWidth() * bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      pixels(raster, y, row);
      for (int i = 0; i < row.length; i += bands) {
        int alpha = level(row[i + 3], bits);
        for (int band = i; band < i + 3; band++) {
          int level = level(row[band], bits);
          row[band] = shown(associated ? divide(level, alpha) : level, alpha);
        }
        canvas.add(row[i], row[i + 1], row[i + 2]);
      }
    }
    return canvas.image();
  }

  /** Source: {@code unpackRGBa} in Pillow, Unpack.c. */
  private static int divide(int level, int alpha) {
    return alpha == 0 ? 0 : clip(level * 255 / alpha);
  }

  private int shown(int level, int alpha) {
    return rules.transparency() == PictureRules.Transparency.DROPPED ? level : blend(level, alpha);
  }

  /** Pillow's {@code paste} with a mask, onto white. */
  private static int blend(int level, int alpha) {
    int t = 255 * (WHITE - alpha) + level * alpha + 128;
    return ((t >> 8) + t) >> 8;
  }

  /** Source: {@code cmyk2rgb} in Pillow, Convert.c. */
  static RgbImage cmyk(Raster raster, Ink ink) {
    Canvas canvas = new Canvas(raster);
    int inverted = ink == Ink.LIGHT ? 255 : 0;
    int bits = bits(raster, 0);
    int bands = raster.getNumBands();
    int[] row = new int[raster.getWidth() * bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      pixels(raster, y, row);
      for (int i = 0; i < row.length; i += bands) {
        int light = 255 - (level(row[i + 3], bits) ^ inverted);
        canvas.add(
            covered(light, level(row[i], bits) ^ inverted),
            covered(light, level(row[i + 1], bits) ^ inverted),
            covered(light, level(row[i + 2], bits) ^ inverted));
      }
    }
    return canvas.image();
  }

  private static int covered(int light, int ink) {
    int product = ink * light + 128;
    return clip(light - ((product + (product >> 8)) >> 8));
  }

  /**
   * YCCK as Adobe writes it. Source: {@code ycck_cmyk_convert} in libjpeg, jdcolor.c, with its
   * 16-bit fixed-point factors 1.402, 1.772, 0.34414 and 0.71414.
   */
  static RgbImage ycck(Raster raster) {
    Canvas canvas = new Canvas(raster);
    int[] row = new int[raster.getWidth() * 4];
    for (int y = 0; y < raster.getHeight(); y++) {
      pixels(raster, y, row);
      for (int i = 0; i < row.length; i += 4) {
        int luma = row[i];
        int blueness = row[i + 1] - 128;
        int redness = row[i + 2] - 128;
        int light = row[i + 3];
        // What libjpeg calls cyan is 255 less this sum; Adobe's cyan is inverted once more.
        canvas.add(
            covered(light, clip(luma + ((91881 * redness + 32768) >> 16))),
            covered(light, clip(luma + ((-22554 * blueness - 46802 * redness + 32768) >> 16))),
            covered(light, clip(luma + ((116130 * blueness + 32768) >> 16))));
      }
    }
    return canvas.image();
  }

  /** A colour sample of {@code bits} bits as a byte; of more than 8 bits Pillow keeps the upper. */
  private static int level(int sample, int bits) {
    if (bits == Byte.SIZE) {
      return sample;
    }
    return bits < Byte.SIZE ? sample * 255 / ((1 << bits) - 1) : sample >> (bits - 8) & 0xff;
  }

  private static int clip(int level) {
    return Math.max(0, Math.min(255, level));
  }

  private static int bits(Raster raster, int band) {
    return raster.getSampleModel().getDataType() == DataBuffer.TYPE_BYTE
        ? Byte.SIZE
        : raster.getSampleModel().getSampleSize(band);
  }

  /** The first band of a row. */
  private static int[] samples(Raster raster, int y, int[] row) {
    return raster.getSamples(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, 0, row);
  }

  private static void pixels(Raster raster, int y, int[] row) {
    raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
  }

  /** The bytes of a picture in the making, pixel by pixel. */
  private static final class Canvas {
    private final int height;
    private final int width;
    private final byte[] rgb;
    private int next;

    Canvas(Raster raster) {
      this(raster.getHeight(), raster.getWidth());
    }

    Canvas(int height, int width) {
      this.height = height;
      this.width = width;
      rgb = new byte[Math.multiplyExact(Math.multiplyExact(height, width), 3)];
    }

    void add(int red, int green, int blue) {
      rgb[next++] = (byte) red;
      rgb[next++] = (byte) green;
      rgb[next++] = (byte) blue;
    }

    RgbImage image() {
      return new RgbImage(height, width, rgb);
    }
  }
}
