package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.PixelConversion.Alpha;
import io.github.qwenvlspark.runtime.media.PixelConversion.Ink;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.util.Optional;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes pictures as the reference does: the first frame or page; colour profiles and gamma
 * ignored; orientation tags, wide gray and transparency by {@link PictureRules}. Immutable.
 *
 * <p>Source: {@code fetch_image} and {@code to_rgb} in qwen-vl-utils, and Pillow.
 */
public final class ImageDecoder {
  private static final int PNG_COLOUR_TYPE = 25;
  private static final int PNG_ALPHA = 4;

  private final MediaLimits limits;
  private final PictureRules rules;
  private final PixelConversion pixels;

  public ImageDecoder(MediaLimits limits, PictureRules rules) {
    this.limits = limits;
    this.rules = rules;
    this.pixels = new PixelConversion(rules);
  }

  /** Decodes a picture to RGB, by the reference's rules. */
  public static RgbImage decode(byte[] bytes, MediaLimits limits) {
    return new ImageDecoder(limits, PictureRules.REFERENCE).decode(bytes);
  }

  /**
   * Decodes a picture to RGB.
   *
   * @throws QwenVlException UNSUPPORTED_MEDIA, CORRUPT_MEDIA, TOO_LARGE by the size in the header,
   *     TIMEOUT or OUT_OF_MEMORY
   */
  public RgbImage decode(byte[] bytes) {
    limits.requireBytes(bytes.length);
    ImageFormat format = format(bytes);
    return guarded(
        format,
        () -> {
          RgbImage stored = stored(format, bytes);
          return rules.exif() == PictureRules.Exif.APPLIED
              ? ExifOrientation.of(format, bytes).apply(stored)
              : stored;
        });
  }

  /**
   * Decodes one page, from 0, and none of the others.
   *
   * @throws QwenVlException as {@link #decode(byte[])}
   */
  public RgbImage decode(TiffDocument tiff, int page) {
    return guarded(ImageFormat.TIFF, () -> tiff(tiff, page));
  }

  /** Something that readers do. */
  private interface Decoding {
    RgbImage run() throws IOException;
  }

  private static RgbImage guarded(ImageFormat format, Decoding decoding) {
    try {
      return decoding.run();
    } catch (QwenVlException e) {
      throw e;
    } catch (UnsupportedOperationException e) {
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA, "This kind of %s cannot be read".formatted(format), e);
    } catch (IOException | RuntimeException e) {
      throw BrokenMedia.corrupt("The %s is broken".formatted(format), e);
    } catch (LinkageError e) {
      throw new QwenVlException(ErrorType.UNSUPPORTED_MEDIA, missing(format), e);
    } catch (OutOfMemoryError e) {
      if (e.getMessage() == null) {
        // libwebp's word for a broken alpha plane; the JVM's own errors have a message.
        throw BrokenMedia.corrupt("The %s is broken".formatted(format), e);
      }
      throw BrokenMedia.outOfMemory("The %s".formatted(format), e);
    }
  }

  /** What to do where a format's library is not there. */
  private static String missing(ImageFormat format) {
    return format == ImageFormat.HEIF
        ? "HEIC and AVIF pictures need FFmpeg: add org.bytedeco:ffmpeg and org.bytedeco:javacpp with the"
            + " natives of this platform to the class path (spark-submit --jars), or convert them to"
            + " JPEG or PNG"
        : "No native library on this platform reads %s; convert the picture to PNG"
            .formatted(format);
  }

  private RgbImage stored(ImageFormat format, byte[] bytes) throws IOException {
    return switch (format) {
      case JPEG -> jpeg(bytes);
      case PNG -> png(bytes);
      case GIF -> gif(bytes);
      case TIFF -> firstPage(bytes);
      case WEBP -> webp(bytes);
      case BMP -> read(format, bytes, Alpha.STRAIGHT);
      case HEIF -> HeifPicture.decode(bytes, limits);
    };
  }

  private static ImageFormat format(byte[] bytes) {
    if (bytes.length == 0) {
      throw BrokenMedia.corrupt("The picture is empty: 0 bytes");
    }
    return ImageFormat.of(bytes)
        .orElseThrow(
            () ->
                new QwenVlException(
                    ErrorType.UNSUPPORTED_MEDIA,
                    "The file is no JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF picture"));
  }

  private RgbImage read(ImageFormat format, byte[] bytes, Alpha alpha) throws IOException {
    try (OpenPicture picture = OpenPicture.of(format, bytes, limits)) {
      return pixels.toRgb(picture.image(), alpha);
    }
  }

  private RgbImage jpeg(byte[] bytes) throws IOException {
    BareJpeg bare = BareJpeg.of(bytes);
    if (!bare.colour().hasInk()) {
      return read(ImageFormat.JPEG, bare.bytes(), Alpha.NONE);
    }
    try (OpenPicture picture = OpenPicture.of(ImageFormat.JPEG, bare.bytes(), limits)) {
      return bare.colour() == BareJpeg.Colour.YCCK
          ? PixelConversion.ycck(picture.raster())
          : PixelConversion.cmyk(picture.raster(), Ink.LIGHT);
    }
  }

  private RgbImage png(byte[] bytes) throws IOException {
    // Another band may also stand for one transparent colour; Pillow ignores that.
    boolean alpha = bytes.length > PNG_COLOUR_TYPE && (bytes[PNG_COLOUR_TYPE] & PNG_ALPHA) != 0;
    return read(ImageFormat.PNG, bytes, alpha ? Alpha.STRAIGHT : Alpha.NONE);
  }

  private RgbImage gif(byte[] bytes) throws IOException {
    GifCanvas screen = GifCanvas.of(bytes);
    limits.requirePixels(screen.height(), screen.width());
    try (OpenPicture picture =
        OpenPicture.of(ImageFormat.GIF, screen.withRowsAsStored(bytes), limits)) {
      BufferedImage frame = picture.image();
      return PixelConversion.palette(
          frame.getRaster(), (IndexColorModel) frame.getColorModel(), screen);
    }
  }

  private RgbImage firstPage(byte[] bytes) throws IOException {
    try (TiffDocument tiff = TiffDocument.open(MediaBytes.of(bytes), limits)) {
      return tiff(tiff, 0);
    }
  }

  private RgbImage tiff(TiffDocument tiff, int page) throws IOException {
    TiffTags tags;
    try (ImageInputStream in = tiff.page(page)) {
      tags = TiffTags.of(in);
    }
    tags.requireReadable();
    try (OpenPicture picture = OpenPicture.of(ImageFormat.TIFF, tiff.page(page), limits)) {
      return tags.orientation().apply(tiff(picture, tags));
    }
  }

  private RgbImage tiff(OpenPicture picture, TiffTags tags) throws IOException {
    if (tags.isWideGray()) {
      // As stored: the reader scales floats and inverts, Pillow does neither.
      return pixels.toRgb(picture.raster(), Alpha.NONE);
    }
    BufferedImage image = picture.image();
    if (tags.photometric() == TiffTags.SEPARATED && image.getRaster().getNumBands() >= 4) {
      return PixelConversion.cmyk(image.getRaster(), Ink.INK);
    }
    return pixels.toRgb(
        image,
        switch (tags.extraSample()) {
          case TiffTags.UNSPECIFIED -> Alpha.NONE;
          case TiffTags.ASSOCIATED_ALPHA -> Alpha.ASSOCIATED;
          default -> Alpha.STRAIGHT;
        });
  }

  private RgbImage webp(byte[] bytes) throws IOException {
    Optional<WebpStill> frame = WebpStill.of(bytes);
    if (frame.isEmpty()) {
      return read(ImageFormat.WEBP, bytes, Alpha.STRAIGHT);
    }
    WebpStill still = frame.get();
    limits.requirePixels(still.height(), still.width());
    return still.onCanvas(
        read(ImageFormat.WEBP, still.bytes(), Alpha.STRAIGHT), rules.transparency());
  }
}
