package io.github.qwenvlspark.runtime.media;

/** The one thing we must know of a JPEG before choosing its reader. */
final class JpegHeader {
  private static final int MARKER = 0xff;
  private static final int START_OF_SCAN = 0xda;

  private JpegHeader() {}

  /** Colour components by the start-of-frame segment; 0 if there is none. */
  static int components(byte[] bytes) {
    int at = 2;
    while (at + 9 < bytes.length && (bytes[at] & 0xff) == MARKER) {
      int marker = bytes[at + 1] & 0xff;
      if (marker == MARKER) {
        at++; // padding
        continue;
      }
      if (marker == START_OF_SCAN) {
        return 0;
      }
      if (isStartOfFrame(marker)) {
        return bytes[at + 9] & 0xff;
      }
      int length = (bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff);
      at += 2 + Math.max(length, 2);
    }
    return 0;
  }

  private static boolean isStartOfFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }
}
