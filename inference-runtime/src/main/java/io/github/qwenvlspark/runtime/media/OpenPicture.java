package io.github.qwenvlspark.runtime.media;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A reader of one format over a document. Readers are chosen here, not by discovery: a plugin on
 * the class path cannot change a pixel. Confined to one thread; the caller closes it.
 */
final class OpenPicture implements AutoCloseable {
  private final ImageReader reader;
  private final ImageInputStream in;

  private OpenPicture(ImageReader reader, ImageInputStream in) {
    this.reader = reader;
    this.in = in;
  }

  /** Checks the size that the header states; from here on the time for one picture counts. */
  static OpenPicture of(ImageFormat format, byte[] bytes, MediaLimits limits) throws IOException {
    return of(format, new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes)), limits);
  }

  /** Closes {@code bytes} with itself. */
  static OpenPicture of(ImageFormat format, ImageInputStream bytes, MediaLimits limits)
      throws IOException {
    ImageInputStream in = new DeadlineStream(bytes, limits.decodeTimeout());
    OpenPicture picture = new OpenPicture(reader(format), in);
    try {
      picture.begin(format);
      limits.requirePixels(picture.reader.getHeight(0), picture.reader.getWidth(0));
      return picture;
    } catch (IOException | RuntimeException e) {
      picture.close();
      throw e;
    }
  }

  private void begin(ImageFormat format) {
    // Not forward-only: the directory of a TIFF may stand at the end. Metadata is ignored.
    reader.setInput(in, false, true);
    if (format == ImageFormat.JPEG) {
      // The decoder fills a missing rest with gray and goes on; the reference refuses.
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            if (warning.contains("EOI") || warning.toLowerCase(Locale.ROOT).contains("premature")) {
              throw BrokenMedia.corrupt("The JPEG ends before its data does");
            }
          });
    }
  }

  BufferedImage image() throws IOException {
    return reader.read(0);
  }

  /** The samples as they are stored. */
  Raster raster() throws IOException {
    return reader.readRaster(0, null);
  }

  @Override
  public void close() throws IOException {
    reader.dispose();
    in.close();
  }

  private static ImageReader reader(ImageFormat format) throws IOException {
    return switch (format) {
      case JPEG -> ofTheJdk("jpeg");
      case PNG -> ofTheJdk("png");
      case GIF -> ofTheJdk("gif");
      case BMP -> ofTheJdk("bmp");
      case TIFF -> new TIFFImageReaderSpi().createReaderInstance();
      case WEBP -> new WebPImageReaderSpi().createReaderInstance();
      case HEIF -> throw new IllegalArgumentException("HeifPicture reads these");
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
