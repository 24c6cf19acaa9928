package io.github.qwenvlspark.runtime.media;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Samples of any kind to 8-bit RGB, by the rules of Pillow. Reads the raster: {@code
 * BufferedImage.getRGB} converts gray through a colour space and is off by up to 73 levels.
 */
final class PixelConversion {
  private PixelConversion() {}

  /**
   * Converts a decoded picture.
   *
   * @param alphaCounts whether four bands are blended over white, or the fourth is dropped
   */
  static RgbImage toRgb(BufferedImage image, boolean alphaCounts) {
    Raster raster = image.getRaster();
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return palette(raster, palette);
    }
    Depth depth = Depth.of(raster);
    return switch (raster.getNumBands()) {
      case 1, 2 -> gray(raster, depth);
      case 3 -> rgb(raster, depth);
      case 4 -> alphaCounts ? overWhite(raster, depth) : rgb(raster, depth);
      default ->
          throw BrokenMedia.corrupt(
              "A picture of %d colour bands is not known".formatted(raster.getNumBands()));
    };
  }

  /** How samples become bytes. */
  private enum Depth {
    BYTE,
    /** Gray is clipped, colour loses its low byte: what Pillow does. */
    SHORT,
    WIDE;

    static Depth of(Raster raster) {
      return switch (raster.getDataBuffer().getDataType()) {
        case DataBuffer.TYPE_BYTE -> BYTE;
        case DataBuffer.TYPE_USHORT, DataBuffer.TYPE_SHORT -> SHORT;
        case DataBuffer.TYPE_INT -> raster.getSampleModel().getSampleSize(0) <= 8 ? BYTE : WIDE;
        default -> WIDE;
      };
    }

    int gray(int sample) {
      return this == BYTE ? sample : Math.max(0, Math.min(255, sample));
    }

    int colour(int sample) {
      return this == SHORT ? sample >> 8 & 0xff : gray(sample);
    }
  }

  private static RgbImage palette(Raster raster, IndexColorModel palette) {
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    Canvas canvas = new Canvas(raster);
    int[] row = new int[raster.getWidth()];
    for (int y = 0; y < raster.getHeight(); y++) {
      for (int index : samples(raster, y, 0, row)) {
        int colour = colours[Math.min(index, colours.length - 1)];
        canvas.add(colour >> 16, colour >> 8, colour);
      }
    }
    return canvas.image();
  }

  /** Gray is repeated; an alpha band is dropped. */
  private static RgbImage gray(Raster raster, Depth depth) {
    Canvas canvas = new Canvas(raster);
    int[] row = new int[raster.getWidth()];
    for (int y = 0; y < raster.getHeight(); y++) {
      for (int sample : samples(raster, y, 0, row)) {
        int level = depth.gray(sample);
        canvas.add(level, level, level);
      }
    }
    return canvas.image();
  }

  private static RgbImage rgb(Raster raster, Depth depth) {
    Canvas canvas = new Canvas(raster);
    int bands = raster.getNumBands();
    int[] row = new int[raster.getWidth() * bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      pixels(raster, y, row);
      for (int i = 0; i < row.length; i += bands) {
        canvas.add(depth.colour(row[i]), depth.colour(row[i + 1]), depth.colour(row[i + 2]));
      }
    }
    return canvas.image();
  }

  private static RgbImage overWhite(Raster raster, Depth depth) {
    Canvas canvas = new Canvas(raster);
    int[] row = new int[raster.getWidth() * 4];
    for (int y = 0; y < raster.getHeight(); y++) {
      pixels(raster, y, row);
      for (int i = 0; i < row.length; i += 4) {
        int alpha = depth.colour(row[i + 3]);
        canvas.add(
            blend(depth.colour(row[i]), alpha),
            blend(depth.colour(row[i + 1]), alpha),
            blend(depth.colour(row[i + 2]), alpha));
      }
    }
    return canvas.image();
  }

  /** Pillow's {@code paste} with a mask, onto white. */
  private static int blend(int colour, int alpha) {
    int t = 255 * (255 - alpha) + colour * alpha + 128;
    return ((t >> 8) + t) >> 8;
  }

  /**
   * CMYK as Adobe writes it, inverted: {@code raster} holds the stored samples. Source: {@code
   * Convert.c} of Pillow.
   */
  static RgbImage cmyk(Raster raster) {
    Canvas canvas = new Canvas(raster);
    int[] row = new int[raster.getWidth() * 4];
    for (int y = 0; y < raster.getHeight(); y++) {
      pixels(raster, y, row);
      for (int i = 0; i < row.length; i += 4) {
        int light = row[i + 3];
        canvas.add(
            ink(light, 255 - row[i]), ink(light, 255 - row[i + 1]), ink(light, 255 - row[i + 2]));
      }
    }
    return canvas.image();
  }

  private static int ink(int light, int ink) {
    int product = ink * light + 128;
    return Math.max(0, Math.min(255, light - ((product + (product >> 8)) >> 8)));
  }

  private static int[] samples(Raster raster, int y, int band, int[] row) {
    return raster.getSamples(
        raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, band, row);
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
      height = raster.getHeight();
      width = raster.getWidth();
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
