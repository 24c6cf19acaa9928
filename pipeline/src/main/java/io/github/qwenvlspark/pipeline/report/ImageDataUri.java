package io.github.qwenvlspark.pipeline.report;

import io.github.qwenvlspark.runtime.media.RgbImage;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Pictures inside a report: {@code data:} URIs, no larger than a screen shows. PNG or JPEG,
 * whichever is smaller: drawn pages are smaller as PNG, photographs and scans by far as JPEG.
 */
public final class ImageDataUri {
  private static final int LONG_SIDE = 1200;
  private static final int GAP = 4;

  private ImageDataUri() {}

  public static String of(RgbImage image) {
    return of(List.of(image));
  }

  /** Frames of one size side by side. */
  public static String of(List<RgbImage> frames) {
    RgbImage first = frames.get(0);
    int width = frames.size() * (first.width() + GAP) - GAP;
    double scale = Math.min(1, (double) LONG_SIDE / Math.max(width, first.height()));
    BufferedImage strip =
        new BufferedImage(
            Math.max(1, (int) (width * scale)),
            Math.max(1, (int) (first.height() * scale)),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = strip.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.setColor(Color.WHITE); // between frames
    graphics.fillRect(0, 0, strip.getWidth(), strip.getHeight());
    graphics.scale(scale, scale);
    for (int i = 0; i < frames.size(); i++) {
      graphics.drawImage(buffered(frames.get(i)), i * (first.width() + GAP), 0, null);
    }
    graphics.dispose();
    return encode(strip);
  }

  static BufferedImage buffered(RgbImage image) {
    BufferedImage buffered =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    byte[] rgb = image.rgb();
    for (int i = 0; i < image.width() * image.height(); i++) {
      int colour =
          (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | (rgb[3 * i + 2] & 0xff);
      buffered.setRGB(i % image.width(), i / image.width(), colour);
    }
    return buffered;
  }

  private static String encode(BufferedImage image) {
    byte[] png = encode(image, "png");
    byte[] jpeg = encode(image, "jpeg");
    return png.length <= jpeg.length ? uri("png", png) : uri("jpeg", jpeg);
  }

  private static byte[] encode(BufferedImage image, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) {
        throw new IllegalStateException("This Java cannot write " + format);
      }
    } catch (IOException e) {
      throw new IllegalStateException("Writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static String uri(String format, byte[] bytes) {
    return "data:image/" + format + ";base64," + Base64.getEncoder().encodeToString(bytes);
  }
}
