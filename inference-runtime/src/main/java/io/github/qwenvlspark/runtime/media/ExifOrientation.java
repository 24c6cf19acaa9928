package io.github.qwenvlspark.runtime.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The orientation that a JPEG, PNG or WebP states in its EXIF data, else in its XMP packet.
 * Metadata that cannot be read says nothing: it spoils no picture.
 *
 * <p>Source: {@code Image.getexif} in Pillow, and the readers of its three formats.
 */
final class ExifOrientation {
  private static final String EXIF = "Exif\0\0";
  private static final String JPEG_XMP = "http://ns.adobe.com/xap/1.0/\0";
  private static final String PNG_XMP = "XML:com.adobe.xmp\0";
  private static final Pattern XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

  private static final int TAG = 274;
  private static final int ENTRY = 12;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  private final ByteBuffer file;
  private OptionalInt exif = OptionalInt.empty();
  private OptionalInt xmp = OptionalInt.empty();

  private ExifOrientation(byte[] bytes) {
    file = ByteBuffer.wrap(bytes);
  }

  /** Upright where the file says nothing. */
  static Orientation of(ImageFormat format, byte[] bytes) {
    ExifOrientation found = new ExifOrientation(bytes);
    try {
      switch (format) {
        case JPEG -> found.jpeg();
        case PNG -> found.png();
        case WEBP -> found.webp();
        case GIF, BMP, TIFF, HEIF -> {}
      }
    } catch (IndexOutOfBoundsException e) {
      // The file ends early; the decoder says so, if the pixels need the rest.
    }
    return Orientation.of(found.exif.orElse(found.xmp.orElse(1)));
  }

  private void jpeg() {
    int at = 2;
    while (u8(at) == 0xff && u8(at + 1) != 0xda) {
      if (u8(at + 1) == 0xff) {
        at++; // padding
        continue;
      }
      int end = at + 2 + u16(at + 2);
      if (u8(at + 1) == 0xe1 && startsWith(at + 4, EXIF)) {
        // A second segment would go on with the first one's data, never with its first entries.
        exif(at + 4, end);
      } else if (u8(at + 1) == 0xe1 && startsWith(at + 4, JPEG_XMP)) {
        xmp(at + 4, end);
      }
      at = end;
    }
  }

  private void png() {
    for (int at = 8; !startsWith(at + 4, "IEND"); at += 12 + size(at)) {
      int data = at + 8;
      if (startsWith(at + 4, "eXIf")) {
        exif(data, data + size(at));
      } else if (startsWith(at + 4, "iTXt") && startsWith(data, PNG_XMP)) {
        xmp(data, data + size(at));
      }
    }
  }

  private void webp() {
    file.order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 12; at + 8 <= file.capacity(); at += 8 + size(at) + size(at) % 2) {
      int data = at + 8;
      if (startsWith(at, "EXIF")) {
        exif(data, data + size(at));
      } else if (startsWith(at, "XMP ")) {
        xmp(data, data + size(at));
      }
    }
  }

  /** The first image directory of a TIFF inside the file; {@code Exif\0\0} may stand before it. */
  private void exif(int from, int to) {
    if (exif.isPresent()) {
      return;
    }
    int start = from;
    while (startsWith(start, EXIF)) {
      start += EXIF.length();
    }
    ByteBuffer tiff = file.slice(start, to - start);
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    int entries = tiff.getShort(directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + i * ENTRY;
      if ((tiff.getShort(entry) & 0xffff) == TAG) {
        int type = tiff.getShort(entry + 2);
        if (type == SHORT) {
          exif = OptionalInt.of(tiff.getShort(entry + 8) & 0xffff);
        } else if (type == LONG) {
          exif = OptionalInt.of(tiff.getInt(entry + 8));
        }
      }
    }
  }

  private void xmp(int from, int to) {
    Objects.checkFromToIndex(from, to, file.capacity());
    Matcher orientation =
        XMP.matcher(new String(file.array(), from, to - from, StandardCharsets.ISO_8859_1));
    if (orientation.find()) {
      xmp = OptionalInt.of(Integer.parseInt(orientation.group(1)));
    }
  }

  private boolean startsWith(int at, String latin1) {
    return ImageFormat.startsWith(file.array(), at, latin1);
  }

  /** Size of a chunk's data, which never leads backwards. */
  private int size(int at) {
    int size = file.getInt(file.order() == ByteOrder.LITTLE_ENDIAN ? at + 4 : at);
    if (size < 0) {
      throw new IndexOutOfBoundsException(at);
    }
    return size;
  }

  private int u8(int at) {
    return file.get(at) & 0xff;
  }

  private int u16(int at) {
    return file.getShort(at) & 0xffff;
  }
}
