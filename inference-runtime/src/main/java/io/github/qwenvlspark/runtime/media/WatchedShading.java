package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.io.InputStream;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.graphics.color.PDColor;
import org.apache.pdfbox.pdmodel.graphics.color.PDColorSpace;
import org.apache.pdfbox.pdmodel.graphics.shading.PDShading;

/**
 * Shadings that can be ended. PDFBox computes all points of a mesh, and the colours of a gradient,
 * in one go; but each of them passes through the colour space, which asks whether it may go on.
 */
final class WatchedShading {
  /** Each takes some 300 bytes while it is drawn. */
  private static final long MOST_TRIANGLES = 500_000;

  /** Each becomes up to 512 triangles. */
  private static final long MOST_PATCHES = 10_000;

  private static final int BLOCK = 8192;

  private WatchedShading() {}

  /**
   * Makes a shading ask.
   *
   * @return the shading itself
   * @throws QwenVlException TOO_LARGE for a mesh that would not fit memory
   */
  static PDShading of(PDShading shading) throws IOException {
    PDColorSpace colors = shading.getColorSpace();
    if (colors != null && !(colors instanceof Watched)) {
      requireMesh(shading, colors);
      shading.setColorSpace(new Watched(colors));
    }
    return shading;
  }

  private static void requireMesh(PDShading shading, PDColorSpace colors) throws IOException {
    if (!(shading.getCOSObject() instanceof COSStream data)) {
      return;
    }
    int values = shading.getFunction() == null ? colors.getNumberOfComponents() : 1;
    long most =
        switch (shading.getShadingType()) {
          case PDShading.SHADING_TYPE4 -> bits(data, 1, 2, values) * MOST_TRIANGLES;
          case PDShading.SHADING_TYPE5 -> bits(data, 0, 2, values) * MOST_TRIANGLES / 2;
          case PDShading.SHADING_TYPE6 -> bits(data, 1, 16, 2 * values) * MOST_PATCHES;
          case PDShading.SHADING_TYPE7 -> bits(data, 1, 24, 2 * values) * MOST_PATCHES;
          default -> Long.MAX_VALUE;
        };
    if (isLonger(data, most / Byte.SIZE)) {
      throw new QwenVlException(
          ErrorType.TOO_LARGE,
          "A shading of the page has more than %,d triangles or %,d patches"
              .formatted(MOST_TRIANGLES, MOST_PATCHES));
    }
  }

  /** Least bits of a vertex or patch. */
  private static long bits(COSDictionary data, int flags, int coordinates, int values) {
    return (long) flags * positive(data, COSName.BITS_PER_FLAG)
        + (long) coordinates * positive(data, COSName.BITS_PER_COORDINATE)
        + (long) values * positive(data, COSName.BITS_PER_COMPONENT);
  }

  private static int positive(COSDictionary data, COSName key) {
    return Math.max(1, data.getInt(key));
  }

  private static boolean isLonger(COSStream data, long most) throws IOException {
    try (InputStream in = data.createInputStream()) {
      byte[] block = new byte[BLOCK];
      long count = 0;
      for (int read = 0; read >= 0 && count <= most; read = in.read(block)) {
        count += read;
      }
      return count > most;
    }
  }

  /** Another colour space, asked for one colour after the other. */
  private static final class Watched extends PDColorSpace {
    private final PDColorSpace colors;

    Watched(PDColorSpace colors) {
      this.colors = colors;
    }

    @Override
    public String getName() {
      return colors.getName();
    }

    @Override
    public int getNumberOfComponents() {
      return colors.getNumberOfComponents();
    }

    @Override
    public float[] getDefaultDecode(int bitsPerComponent) {
      return colors.getDefaultDecode(bitsPerComponent);
    }

    @Override
    public PDColor getInitialColor() {
      return colors.getInitialColor();
    }

    @Override
    public float[] toRGB(float[] value) throws IOException {
      PdfWork.check();
      return colors.toRGB(value);
    }

    @Override
    public BufferedImage toRGBImage(WritableRaster raster) throws IOException {
      return colors.toRGBImage(raster);
    }

    @Override
    public BufferedImage toRawImage(WritableRaster raster) throws IOException {
      return colors.toRawImage(raster);
    }

    @Override
    public COSBase getCOSObject() {
      return colors.getCOSObject();
    }
  }
}
