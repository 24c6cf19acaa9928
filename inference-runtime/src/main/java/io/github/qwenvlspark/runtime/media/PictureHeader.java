package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The size that a picture says it has, as it is stored: orientation tags are not applied. Of a file
 * no more is read than leads to it, which is the first kilobyte of most, and nothing is decoded.
 *
 * <p>Exact, but for HEIC and AVIF, of which it is the size of the largest item.
 *
 * <p>Source: ISO/IEC 10918-1 B.2.2, PNG 11.2.2, GIF89a 18, WebP Container Specification, RFC 6386
 * 9.1, ISO/IEC 14496-12 8.11.14.
 */
public record PictureHeader(int height, int width) {
  private static final int FRAME_FIRST = 0xc0;
  private static final int FRAME_LAST = 0xcf;
  private static final int HUFFMAN_TABLES = 0xc4;
  private static final int JPEG_EXTENSIONS = 0xc8;
  private static final int ARITHMETIC = 0xcc;
  private static final int START_OF_SCAN = 0xda;

  /** More segments than any JPEG has before its frame. */
  private static final int MOST_SEGMENTS = 10_000;

  /** The boxes of HEIF that lead to the sizes are among these, and the first frame of a GIF. */
  private static final int FIRST_BYTES = 1 << 16;

  private static final int OS2_HEADER = 12;
  private static final int U24 = 0xffffff;
  private static final int U14 = 0x3fff;

  /**
   * Reads a header; {@code bytes} stay open.
   *
   * @throws QwenVlException CORRUPT_MEDIA, UNSUPPORTED_MEDIA for what is no picture, TOO_LARGE for
   *     more pixels than allowed; failures of {@code bytes} as they are
   */
  public static PictureHeader of(MediaBytes bytes, MediaLimits limits) {
    try {
      byte[] head = read(bytes, 0, MediaKind.HEAD_BYTES);
      ImageFormat format =
          ImageFormat.of(head)
              .orElseThrow(
                  () ->
                      new QwenVlException(
                          ErrorType.UNSUPPORTED_MEDIA, "The file is no picture that is known"));
      PictureHeader header = of(format, head, bytes, limits);
      if (header.height < 1 || header.width < 1) {
        throw BrokenMedia.corrupt("The %s says that it has no pixels".formatted(format));
      }
      return header.within(limits);
    } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw BrokenMedia.corrupt("The picture ends before it says how large it is", e);
    }
  }

  PictureHeader within(MediaLimits limits) {
    limits.requirePixels(height, width);
    return this;
  }

  private static PictureHeader of(
      ImageFormat format, byte[] head, MediaBytes bytes, MediaLimits limits) throws IOException {
    ByteBuffer little = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    return switch (format) {
      case PNG -> {
        ByteBuffer big = ByteBuffer.wrap(head);
        yield new PictureHeader(big.getInt(20), big.getInt(16));
      }
      case GIF -> {
        GifCanvas screen = GifCanvas.of(read(bytes, 0, FIRST_BYTES));
        yield new PictureHeader(screen.height(), screen.width());
      }
      case BMP ->
          little.getInt(14) == OS2_HEADER
              ? new PictureHeader(u16(little, 20), u16(little, 18))
              : new PictureHeader(Math.abs(little.getInt(22)), little.getInt(18));
      case WEBP -> webp(head, little);
      case JPEG -> jpeg(bytes);
      case HEIF -> heif(ByteBuffer.wrap(read(bytes, 0, FIRST_BYTES)));
      case TIFF -> TiffDocument.open(bytes.unclosed(), limits).header(0);
    };
  }

  private static PictureHeader webp(byte[] head, ByteBuffer little) {
    if (ImageFormat.startsWith(head, 12, "VP8X")) {
      return new PictureHeader(1 + (little.getInt(27) & U24), 1 + (little.getInt(24) & U24));
    }
    if (ImageFormat.startsWith(head, 12, "VP8L")) {
      int sizes = little.getInt(21);
      return new PictureHeader(1 + (sizes >>> 14 & U14), 1 + (sizes & U14));
    }
    return new PictureHeader(u16(little, 28) & U14, u16(little, 26) & U14);
  }

  private static PictureHeader jpeg(MediaBytes bytes) throws IOException {
    long at = 2;
    for (int i = 0; i < MOST_SEGMENTS; i++) {
      ByteBuffer segment = ByteBuffer.wrap(read(bytes, at, 9));
      int marker = segment.get(1) & 0xff;
      if (segment.get(0) != (byte) 0xff || marker == START_OF_SCAN) {
        break;
      }
      if (marker == 0xff) {
        at++; // padding
      } else if (isFrame(marker)) {
        return new PictureHeader(u16(segment, 5), u16(segment, 7));
      } else {
        at += 2 + u16(segment, 2);
      }
    }
    throw BrokenMedia.corrupt("The JPEG has no frame");
  }

  private static boolean isFrame(int marker) {
    return marker >= FRAME_FIRST
        && marker <= FRAME_LAST
        && marker != HUFFMAN_TABLES
        && marker != JPEG_EXTENSIONS
        && marker != ARITHMETIC;
  }

  private static PictureHeader heif(ByteBuffer file) {
    return box(file, "meta")
        .map(meta -> meta.position(meta.position() + 4)) // version and flags
        .flatMap(meta -> box(meta, "iprp"))
        .flatMap(properties -> box(properties, "ipco"))
        .flatMap(PictureHeader::largest)
        .orElseThrow(() -> BrokenMedia.corrupt("The picture's container states no size"));
  }

  /** A box between position and limit. */
  private static Optional<ByteBuffer> box(ByteBuffer parent, String name) {
    for (ByteBuffer in = parent.slice(); in.remaining() > 8; ) {
      int start = in.position();
      int end = end(in);
      if (ImageFormat.startsWith(type(in), 0, name)) {
        return Optional.of(in.slice(start + 8, Math.max(0, end - start - 8)));
      }
      in.position(end);
    }
    return Optional.empty();
  }

  /** Of an overview, tiles and the whole the last is the largest. */
  private static Optional<PictureHeader> largest(ByteBuffer properties) {
    Optional<PictureHeader> largest = Optional.empty();
    for (ByteBuffer in = properties.slice(); in.remaining() >= 20; in.position(end(in))) {
      int at = in.position();
      if (ImageFormat.startsWith(type(in), 0, "ispe")) {
        PictureHeader item = new PictureHeader(in.getInt(at + 16), in.getInt(at + 12));
        largest =
            largest.filter(before -> before.area() >= item.area()).or(() -> Optional.of(item));
      }
    }
    return largest;
  }

  private long area() {
    return (long) height * width;
  }

  /** Where the box at the position ends, behind it in any case. */
  private static int end(ByteBuffer in) {
    long size = in.getInt(in.position()) & 0xffffffffL;
    return size < 8 ? in.limit() : (int) Math.min(in.limit(), in.position() + size);
  }

  private static byte[] type(ByteBuffer in) {
    byte[] type = new byte[4];
    in.get(in.position() + 4, type);
    return type;
  }

  private static int u16(ByteBuffer buffer, int at) {
    return buffer.getShort(at) & 0xffff;
  }

  /** So many bytes, or all that there are. */
  private static byte[] read(MediaBytes bytes, long position, int most) throws IOException {
    byte[] read = new byte[(int) Math.max(0, Math.min(most, bytes.length() - position))];
    int at = 0;
    while (at < read.length) {
      int more = bytes.read(position + at, read, at, read.length - at);
      if (more < 0) {
        throw BrokenMedia.corrupt("The picture ends before it says how large it is");
      }
      at += more;
    }
    return read;
  }
}
