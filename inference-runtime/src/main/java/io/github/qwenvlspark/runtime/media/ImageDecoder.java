package io.github.qwenvlspark.runtime.media;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes pictures as the reference does: the first frame or page, orientation tags, colour
 * profiles and gamma ignored. Thread-safe.
 *
 * <p>Source: {@code fetch_image} and {@code to_rgb} in qwen-vl-utils, and Pillow.
 */
public final class ImageDecoder {
  private static final ImageReaderSpi TIFF = new TIFFImageReaderSpi();
  private static final ImageReaderSpi WEBP = new WebPImageReaderSpi();

  private ImageDecoder() {}

  /**
   * Decodes a picture to RGB.
   *
   * @throws QwenVlException UNSUPPORTED_MEDIA, CORRUPT_MEDIA, or TOO_LARGE by the size in the
   *     header
   */
  public static RgbImage decode(byte[] bytes, MediaLimits limits) {
    limits.requireBytes(bytes.length);
    ImageFormat format = format(bytes);
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      ImageReader reader = reader(format);
      try {
        return decode(format, bytes, reader, in, limits);
      } finally {
        reader.dispose();
      }
    } catch (QwenVlException e) {
      throw e;
    } catch (UnsupportedOperationException e) {
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA, "This kind of %s cannot be read".formatted(format), e);
    } catch (IOException | RuntimeException e) {
      throw BrokenMedia.corrupt("The %s is broken".formatted(format), e);
    }
  }

  private static RgbImage decode(
      ImageFormat format, byte[] bytes, ImageReader reader, ImageInputStream in, MediaLimits limits)
      throws IOException {
    // Not seek-forward-only: the TIFF directory may stand at the end.
    reader.setInput(in, false, true);
    if (format == ImageFormat.JPEG) {
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            if (warning.contains("EOI") || warning.toLowerCase(Locale.ROOT).contains("premature")) {
              // The decoder fills the missing rest with gray and goes on; the reference refuses.
              throw BrokenMedia.corrupt("The JPEG ends before its data does");
            }
          });
    }
    limits.requirePixels(reader.getHeight(0), reader.getWidth(0));
    if (format == ImageFormat.JPEG && JpegHeader.components(bytes) == 4) {
      return PixelConversion.cmyk(reader.readRaster(0, null));
    }
    BufferedImage image = reader.read(0);
    return PixelConversion.toRgb(image, alphaCounts(format, bytes));
  }

  private static ImageFormat format(byte[] bytes) {
    return ImageFormat.of(bytes)
        .orElseThrow(
            () ->
                new QwenVlException(
                    ErrorType.UNSUPPORTED_MEDIA,
                    "The file is no JPEG, PNG, WebP, GIF, BMP or TIFF picture"));
  }

  /** In a PNG of colour type 2 one colour may be declared transparent; Pillow ignores that. */
  private static boolean alphaCounts(ImageFormat format, byte[] bytes) {
    return format != ImageFormat.PNG || (bytes.length > 25 && bytes[25] == 6);
  }

  private static ImageReader reader(ImageFormat format) throws IOException {
    return switch (format) {
      case JPEG -> ofTheJdk("jpeg");
      case TIFF -> TIFF.createReaderInstance();
      case WEBP -> WEBP.createReaderInstance();
      case PNG -> ofTheJdk("png");
      case GIF -> ofTheJdk("gif");
      case BMP -> ofTheJdk("bmp");
    };
  }

  /** The JDK's own reader, whatever else is registered. */
  private static ImageReader ofTheJdk(String name) {
    for (Iterator<ImageReader> it = ImageIO.getImageReadersByFormatName(name); it.hasNext(); ) {
      ImageReader reader = it.next();
      if (reader.getClass().getName().startsWith("com.sun.imageio.")) {
        return reader;
      }
    }
    throw new IllegalStateException("This Java runtime has no reader for " + name);
  }
}
