package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.ByteArrayOutputStream;

/**
 * A JPEG less everything that it says about itself: profiles, EXIF, comments. What decides about
 * its colours is read as libjpeg reads it, and one unmistakable marker is written instead: the JDK
 * has rules of its own about missing or contradicting markers, and refuses pictures for a broken
 * profile that nobody wants.
 *
 * <p>Source: {@code default_decompress_parms} in libjpeg, jdapimin.c.
 *
 * @param bytes the picture for the JDK's reader
 * @param colour what its samples mean
 */
record BareJpeg(byte[] bytes, Colour colour) {

  /** Colour spaces of stored samples, after libjpeg's rules. */
  enum Colour {
    /** Gray, or whatever the JDK makes of it. */
    PLAIN,
    RGB,
    YCBCR,
    CMYK,
    YCCK;

    /** Four bands, which the JDK gives only as they are stored. */
    boolean hasInk() {
      return this == CMYK || this == YCCK;
    }
  }

  private static final int MARKER = 0xff;
  private static final int START_OF_SCAN = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COMMENT = 0xfe;
  private static final int PROGRESSIVE = 0xc2;
  private static final int NO_ADOBE = -1;

  private static final byte[] JFIF = {
    (byte) MARKER, (byte) APP0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
  };
  private static final byte[] ADOBE_RGB = {
    (byte) MARKER, (byte) APP14, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
  };

  static BareJpeg of(byte[] bytes) {
    return new Segments(bytes).bare();
  }

  /** One walk over the segments before the first scan. */
  private static final class Segments {
    private final byte[] bytes;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean jfif;
    private int adobe = NO_ADOBE;
    private int components;
    private String ids = "";

    Segments(byte[] bytes) {
      this.bytes = bytes;
    }

    BareJpeg bare() {
      int at = 2;
      while (at + 4 <= bytes.length && u8(at) == MARKER) {
        int marker = u8(at + 1);
        if (marker == MARKER) {
          at++; // padding
          continue;
        }
        if (marker == START_OF_SCAN) {
          return assembled(at);
        }
        int end = at + 2 + Math.max(u16(at + 2), 2);
        if (end > bytes.length) {
          break;
        }
        segment(marker, at, end);
        at = end;
      }
      throw BrokenMedia.corrupt("The JPEG has no picture data");
    }

    private void segment(int marker, int at, int end) {
      if (marker == APP0) {
        jfif |= end - at >= 16 && ImageFormat.startsWith(bytes, at + 4, "JFIF\0");
      } else if (marker == APP14) {
        if (end - at >= 16 && ImageFormat.startsWith(bytes, at + 4, "Adobe")) {
          adobe = u8(at + 15);
        }
      } else if ((marker < APP0 || marker > APP15) && marker != COMMENT) {
        if (isStartOfFrame(marker)) {
          requireHuffman(marker);
          frame(at, end);
        }
        kept.write(bytes, at, end - at);
      }
    }

    /** Baseline, extended and progressive JPEG: what the JDK reads everywhere. */
    private static void requireHuffman(int marker) {
      if (marker > PROGRESSIVE) {
        throw new QwenVlException(
            ErrorType.UNSUPPORTED_MEDIA,
            "A JPEG with arithmetic, lossless or hierarchical coding cannot be read; store it as a baseline or progressive one");
      }
    }

    private void frame(int at, int end) {
      if (end - at < 10) {
        throw BrokenMedia.corrupt("The JPEG's frame header is broken");
      }
      if (u8(at + 4) != 8) {
        throw new QwenVlException(
            ErrorType.UNSUPPORTED_MEDIA,
            "A JPEG of %d bits for a sample cannot be read; 8 can".formatted(u8(at + 4)));
      }
      components = u8(at + 9);
      StringBuilder names = new StringBuilder();
      for (int i = at + 10; i < end; i += 3) {
        names.append((char) u8(i));
      }
      ids = names.toString();
    }

    private BareJpeg assembled(int scan) {
      Colour colour = colour();
      ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + JFIF.length);
      out.write(bytes, 0, 2);
      if (colour == Colour.YCBCR) {
        out.writeBytes(JFIF);
      } else if (colour == Colour.RGB) {
        out.writeBytes(ADOBE_RGB);
      }
      out.writeBytes(kept.toByteArray());
      out.write(bytes, scan, bytes.length - scan);
      return new BareJpeg(out.toByteArray(), colour);
    }

    private Colour colour() {
      return switch (components) {
        case 3 -> {
          boolean rgb = adobe == 0 || (adobe == NO_ADOBE && ids.equals("RGB"));
          yield rgb && !jfif ? Colour.RGB : Colour.YCBCR;
        }
        case 4 -> adobe == NO_ADOBE || adobe == 0 ? Colour.CMYK : Colour.YCCK;
        default -> Colour.PLAIN;
      };
    }

    private static boolean isStartOfFrame(int marker) {
      return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private int u8(int at) {
      return bytes[at] & 0xff;
    }

    private int u16(int at) {
      return u8(at) << 8 | u8(at + 1);
    }
  }
}
