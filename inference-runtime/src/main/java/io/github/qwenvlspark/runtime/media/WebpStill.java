package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.media.PictureRules.Transparency;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The first frame of an animated WebP as a WebP of its own, with its place on the canvas.
 *
 * <p>Source: WebP Container Specification, chunks {@code VP8X} and {@code ANMF}.
 *
 * @param bytes a file that a reader of stills understands
 * @param height of the canvas
 * @param width of the canvas
 * @param transparent whether the animation has alpha; what the frame leaves free is then
 *     transparent, else black
 */
record WebpStill(byte[] bytes, int height, int width, int top, int left, boolean transparent) {
  private static final int RIFF_HEADER = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int FRAME_HEADER = 16;
  private static final int EXTENDED_PAYLOAD = 10;
  private static final byte ANIMATION = 0x02;
  private static final byte ALPHA = 0x10;

  /** The first frame; empty if {@code bytes} are a still already. */
  static Optional<WebpStill> of(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int extended = RIFF_HEADER;
    if (bytes.length < RIFF_HEADER + CHUNK_HEADER + EXTENDED_PAYLOAD
        || !ImageFormat.startsWith(bytes, extended, "VP8X")
        || (bytes[extended + CHUNK_HEADER] & ANIMATION) == 0) {
      return Optional.empty();
    }
    if (bytes.length < (file.getInt(4) & 0xffffffffL) + CHUNK_HEADER) {
      throw BrokenMedia.corrupt("The animated WebP ends before its data does");
    }
    boolean transparent = (bytes[extended + CHUNK_HEADER] & ALPHA) != 0;
    int width = u24(file, extended + CHUNK_HEADER + 4) + 1;
    int height = u24(file, extended + CHUNK_HEADER + 7) + 1;
    for (int at = extended; at + CHUNK_HEADER <= bytes.length; at = next(file, at)) {
      if (ImageFormat.startsWith(bytes, at, "ANMF")) {
        return Optional.of(frame(file, at, height, width, transparent));
      }
    }
    throw BrokenMedia.corrupt("The animated WebP has no frame");
  }

  /** The decoded frame in its place; what it leaves free is nothing over white, or black. */
  RgbImage onCanvas(RgbImage frame, Transparency rule) {
    if (frame.height() == height && frame.width() == width) {
      return frame;
    }
    byte[] canvas = new byte[Math.multiplyExact(Math.multiplyExact(height, width), 3)];
    boolean white = transparent && rule == Transparency.OVER_WHITE;
    Arrays.fill(canvas, white ? (byte) 255 : 0);
    for (int y = 0; y < frame.height(); y++) {
      System.arraycopy(
          frame.rgb(),
          y * frame.width() * 3,
          canvas,
          ((top + y) * width + left) * 3,
          frame.width() * 3);
    }
    return new RgbImage(height, width, canvas);
  }

  private static WebpStill frame(
      ByteBuffer file, int at, int height, int width, boolean transparent) {
    int start = at + CHUNK_HEADER;
    int end = (int) Math.min(file.capacity(), start + Math.max(file.getInt(at + 4), 0L));
    if (end - start < FRAME_HEADER) {
      throw BrokenMedia.corrupt("The animated WebP ends in its first frame");
    }
    byte[] picture = new byte[end - start - FRAME_HEADER];
    file.get(start + FRAME_HEADER, picture);
    return new WebpStill(
        still(picture, u24(file, start + 6), u24(file, start + 9)),
        height,
        width,
        2 * u24(file, start + 3),
        2 * u24(file, start),
        transparent);
  }

  private static byte[] still(byte[] picture, int widthLessOne, int heightLessOne) {
    boolean alpha = ImageFormat.startsWith(picture, 0, "ALPH");
    int extended = alpha ? CHUNK_HEADER + EXTENDED_PAYLOAD : 0;
    ByteBuffer out =
        ByteBuffer.allocate(RIFF_HEADER + extended + picture.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(latin1("RIFF"))
            .putInt(4 + extended + picture.length)
            .put(latin1("WEBP"));
    if (alpha) {
      out.put(latin1("VP8X")).putInt(EXTENDED_PAYLOAD).putInt(ALPHA);
      out.putShort((short) widthLessOne).put((byte) (widthLessOne >> 16));
      out.putShort((short) heightLessOne).put((byte) (heightLessOne >> 16));
    }
    return out.put(picture).array();
  }

  private static int next(ByteBuffer file, int at) {
    long size = Math.max(file.getInt(at + 4), 0L);
    return (int) Math.min(file.capacity(), at + CHUNK_HEADER + size + (size & 1));
  }

  private static int u24(ByteBuffer file, int at) {
    return (file.getShort(at) & 0xffff) | (file.get(at + 2) & 0xff) << 16;
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
