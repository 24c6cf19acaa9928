package io.github.qwenvlspark.runtime.media;

/**
 * Where the first frame of a GIF stands on its screen. Readers of the JDK give the frame alone.
 *
 * <p>Source: {@code GifImagePlugin.py} in Pillow.
 *
 * @param height of the screen, enlarged to hold the frame
 * @param width of the screen, enlarged to hold the frame
 * @param background palette index of what the frame leaves free
 */
record GifCanvas(int height, int width, int top, int left, int background) {
  private static final int HEADER = 13;
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int FRAME = 0x2c;

  static GifCanvas of(byte[] bytes) {
    try {
      return parse(bytes);
    } catch (ArrayIndexOutOfBoundsException e) {
      throw BrokenMedia.corrupt("The GIF ends before its first frame", e);
    }
  }

  private static GifCanvas parse(byte[] bytes) {
    int at = HEADER + palette(bytes[10]);
    int background = 0;
    while (bytes[at] == EXTENSION) {
      if ((bytes[at + 1] & 0xff) == GRAPHIC_CONTROL && (bytes[at + 3] & 1) != 0) {
        background = bytes[at + 6] & 0xff; // the transparent one
      }
      at += 2;
      while (bytes[at] != 0) {
        at += 1 + (bytes[at] & 0xff);
      }
      at++;
    }
    if (bytes[at] != FRAME) {
      throw BrokenMedia.corrupt("The GIF has no frame");
    }
    int left = u16(bytes, at + 1);
    int top = u16(bytes, at + 3);
    return new GifCanvas(
        Math.max(u16(bytes, 8), top + u16(bytes, at + 7)),
        Math.max(u16(bytes, 6), left + u16(bytes, at + 5)),
        top,
        left,
        background);
  }

  private static int palette(byte flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
  }
}
