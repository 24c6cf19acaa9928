package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.PixelConversion.Alpha;
import io.github.qwenvlspark.runtime.media.PixelConversion.Ink;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.util.Optional;

/**
 * Decodes pictures as the reference does: the first frame or page; orientation tags (but those of
 * TIFF), colour profiles and gamma ignored. Thread-safe.
 *
 * <p>Source: {@code fetch_image} and {@code to_rgb} in qwen-vl-utils, and Pillow.
 */
public final class ImageDecoder {
  private static final int PNG_COLOUR_TYPE = 25;
  private static final int PNG_ALPHA = 4;

  private ImageDecoder() {}

  /**
   * Decodes a picture to RGB.
   *
   * @throws QwenVlException UNSUPPORTED_MEDIA, CORRUPT_MEDIA, TOO_LARGE by the size in the header,
   *     or OUT_OF_MEMORY
   */
  public static RgbImage decode(byte[] bytes, MediaLimits limits) {
    limits.requireBytes(bytes.length);
    ImageFormat format = format(bytes);
    try {
      return switch (format) {
        case JPEG -> jpeg(bytes, limits);
        case PNG -> png(bytes, limits);
        case GIF -> gif(bytes, limits);
        case TIFF -> tiff(bytes, limits);
        case WEBP -> webp(bytes, limits);
        case BMP -> read(format, bytes, limits, Alpha.OVER_WHITE);
      };
    } catch (QwenVlException e) {
      throw e;
    } catch (UnsupportedOperationException e) {
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA, "This kind of %s cannot be read".formatted(format), e);
    } catch (IOException | RuntimeException e) {
      throw BrokenMedia.corrupt("The %s is broken".formatted(format), e);
    } catch (LinkageError e) {
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA,
          "No native library on this platform reads %s; convert the picture to PNG"
              .formatted(format),
          e);
    } catch (OutOfMemoryError e) {
      if (e.getMessage() == null) {
        // libwebp's word for a broken alpha plane; the JVM's own errors have a message.
        throw BrokenMedia.corrupt("The %s is broken".formatted(format), e);
      }
      throw BrokenMedia.outOfMemory("The %s".formatted(format), e);
    }
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
                    "The file is no JPEG, PNG, WebP, GIF, BMP or TIFF picture"));
  }

  private static RgbImage read(ImageFormat format, byte[] bytes, MediaLimits limits, Alpha alpha)
      throws IOException {
    try (OpenPicture picture = OpenPicture.of(format, bytes).within(limits)) {
      return PixelConversion.toRgb(picture.image(), alpha);
    }
  }

  private static RgbImage jpeg(byte[] bytes, MediaLimits limits) throws IOException {
    BareJpeg bare = BareJpeg.of(bytes);
    if (!bare.colour().hasInk()) {
      return read(ImageFormat.JPEG, bare.bytes(), limits, Alpha.DROPPED);
    }
    try (OpenPicture picture = OpenPicture.of(ImageFormat.JPEG, bare.bytes()).within(limits)) {
      return bare.colour() == BareJpeg.Colour.YCCK
          ? PixelConversion.ycck(picture.raster())
          : PixelConversion.cmyk(picture.raster(), Ink.LIGHT);
    }
  }

  private static RgbImage png(byte[] bytes, MediaLimits limits) throws IOException {
    // Another band may also stand for one transparent colour; Pillow ignores that.
    boolean alpha = bytes.length > PNG_COLOUR_TYPE && (bytes[PNG_COLOUR_TYPE] & PNG_ALPHA) != 0;
    return read(ImageFormat.PNG, bytes, limits, alpha ? Alpha.OVER_WHITE : Alpha.DROPPED);
  }

  private static RgbImage gif(byte[] bytes, MediaLimits limits) throws IOException {
    GifCanvas screen = GifCanvas.of(bytes);
    limits.requirePixels(screen.height(), screen.width());
    try (OpenPicture picture = OpenPicture.of(ImageFormat.GIF, bytes)) {
      BufferedImage frame = picture.image();
      return PixelConversion.palette(
          frame.getRaster(), (IndexColorModel) frame.getColorModel(), screen);
    }
  }

  private static RgbImage tiff(byte[] bytes, MediaLimits limits) throws IOException {
    TiffTags tags = TiffTags.of(bytes);
    try (OpenPicture picture = OpenPicture.of(ImageFormat.TIFF, bytes).within(limits)) {
      return tags.orientation().apply(tiff(picture, tags));
    }
  }

  private static RgbImage tiff(OpenPicture picture, TiffTags tags) throws IOException {
    if (tags.isWideGray()) {
      // As stored: the reader scales floats and inverts, Pillow does neither.
      return PixelConversion.toRgb(picture.raster(), Alpha.DROPPED);
    }
    BufferedImage image = picture.image();
    if (tags.photometric() == TiffTags.SEPARATED && image.getRaster().getNumBands() == 4) {
      return PixelConversion.cmyk(image.getRaster(), Ink.INK);
    }
    return PixelConversion.toRgb(
        image,
        switch (tags.extraSample()) {
          case TiffTags.UNSPECIFIED -> Alpha.DROPPED;
          case TiffTags.ASSOCIATED_ALPHA -> Alpha.ASSOCIATED;
          default -> Alpha.OVER_WHITE;
        });
  }

  private static RgbImage webp(byte[] bytes, MediaLimits limits) throws IOException {
    Optional<WebpStill> frame = WebpStill.of(bytes);
    if (frame.isEmpty()) {
      return read(ImageFormat.WEBP, bytes, limits, Alpha.OVER_WHITE);
    }
    WebpStill still = frame.get();
    limits.requirePixels(still.height(), still.width());
    return still.onCanvas(read(ImageFormat.WEBP, still.bytes(), limits, Alpha.OVER_WHITE));
  }
}
