package io.github.qwenvlspark.runtime.media;

/**
 * Where the first frame of a GIF stands on its screen, and in which order its rows are stored.
 * Readers of the JDK give the frame alone, and lose rows of interlaced frames of up to four.
 *
 * <p>Source: {@code GifImagePlugin.py} in Pillow.
 *
 * @param height of the screen, enlarged to hold the frame
 * @param width of the screen, enlarged to hold the frame
 * @param background palette index of what the frame leaves free
 * @param interlaced rows are stored in four passes
 * @param flagsAt where the file says so
 */
record GifCanvas(
    int height, int width, int top, int left, int background, boolean interlaced, int flagsAt) {
  private static final int HEADER = 13;
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int FRAME = 0x2c;
  private static final int INTERLACED = 0x40;

  /** A screen that its one frame fills. */
  static GifCanvas filled(int height, int width) {
    return new GifCanvas(height, width, 0, 0, 0, false, 0);
  }

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
        background,
        (bytes[at + 9] & INTERLACED) != 0,
        at + 9);
  }

  /** The same file, of which a reader gives the rows as they are stored. */
  byte[] withRowsAsStored(byte[] bytes) {
    if (!interlaced) {
      return bytes;
    }
    byte[] plain = bytes.clone();
    plain[flagsAt] &= (byte) ~INTERLACED;
    return plain;
  }

  /** Which of the stored rows is row {@code y} of a frame of {@code rows} rows. */
  int stored(int y, int rows) {
    if (!interlaced) {
      return y;
    }
    int secondPass = (rows + 7) / 8;
    int thirdPass = secondPass + (rows + 3) / 8;
    int lastPass = thirdPass + (rows + 1) / 4;
    if (y % 8 == 0) {
      return y / 8;
    } else if (y % 8 == 4) {
      return secondPass + y / 8;
    }
    return y % 4 == 2 ? thirdPass + y / 4 : lastPass + y / 2;
  }

  private static int palette(byte flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
  }
}
