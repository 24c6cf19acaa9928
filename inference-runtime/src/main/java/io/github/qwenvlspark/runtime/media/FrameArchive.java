package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A zip of pictures that are the frames of a clip, in the order of their names; numbers in names
 * count as numbers, so that {@code f10.png} comes behind {@code f9.png}. Entries that are no
 * pictures by their names, and those of hidden folders, do not count. Names are never paths here:
 * nothing is unpacked to a disk. Archives inside an archive are not opened.
 */
public final class FrameArchive {
  private static final int HEAD = 4;
  private static final Pattern PICTURE =
      Pattern.compile(".*\\.(jpe?g|png|webp|bmp|gif|tiff?)", Pattern.CASE_INSENSITIVE);
  private static final Pattern HIDDEN = Pattern.compile("(.*/)?(\\.[^/.][^/]*|__MACOSX)(/.*)?");
  private static final Pattern NUMBER = Pattern.compile("0*([0-9]+)");

  /** Entries of other kinds that are passed over, for each frame that is allowed. */
  private static final int OTHERS = 16;

  private FrameArchive() {}

  /** Whether these first bytes of a file are those of a zip. */
  public static boolean isZip(byte[] head) {
    return head.length >= HEAD && ImageFormat.startsWith(head, 0, "PK\u0003\u0004");
  }

  /**
   * The pictures as they are stored, not decoded.
   *
   * @throws QwenVlException CORRUPT_MEDIA; EMPTY_DOCUMENT without a picture; TOO_LARGE by the
   *     number of pictures, or by the bytes that they unpack to, which the limit of one object
   *     bounds
   * @throws IOException by {@code bytes}
   */
  public static List<byte[]> read(MediaBytes bytes, MediaLimits limits) throws IOException {
    TreeMap<String, byte[]> frames =
        new TreeMap<>(
            Comparator.comparing(FrameArchive::sortedAs).thenComparing(Function.identity()));
    long left = limits.maxBytes();
    int others = 0;
    try (ZipInputStream zip =
        new ZipInputStream(
            new BufferedInputStream(new MediaStream(bytes), 1 << 16), StandardCharsets.UTF_8)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        boolean frame = isFrame(entry);
        byte[] data = unpacked(zip, left, limits);
        left -= data.length;
        if (frame) {
          frames.put(entry.getName(), data);
          limits.requireMedia(frames.size());
        } else if (++others > OTHERS * limits.maxPerRequest()) {
          throw new QwenVlException(
              ErrorType.TOO_LARGE, "The zip holds more than %,d other files".formatted(others - 1));
        }
      }
    } catch (IllegalArgumentException | java.util.zip.ZipException | java.io.EOFException e) {
      throw BrokenMedia.corrupt("The zip is broken", e);
    }
    if (frames.isEmpty()) {
      throw new QwenVlException(
          ErrorType.EMPTY_DOCUMENT,
          "The zip holds no pictures (.jpg, .png, .webp, .bmp, .gif, .tif) that could be frames of a clip");
    }
    return new ArrayList<>(frames.values());
  }

  private static boolean isFrame(ZipEntry entry) {
    String name = entry.getName();
    return !entry.isDirectory()
        && PICTURE.matcher(name).matches()
        && !HIDDEN.matcher(name).matches();
  }

  /** What an entry states of its size is not trusted. */
  private static byte[] unpacked(InputStream entry, long most, MediaLimits limits)
      throws IOException {
    byte[] data = entry.readNBytes((int) Math.min(most + 1, Integer.MAX_VALUE - 16));
    if (data.length > most) {
      throw new QwenVlException(
          ErrorType.TOO_LARGE,
          "The zip unpacks to more than %,d bytes (spark.qwenvl.media.maxBytes)"
              .formatted(limits.maxBytes()));
    }
    return data;
  }

  /** Numbers as their length and their digits: longer ones are larger. */
  private static String sortedAs(String name) {
    return NUMBER
        .matcher(name.toLowerCase(Locale.ROOT))
        .replaceAll(found -> "%06d%s".formatted(found.group(1).length(), found.group(1)));
  }

  /** Bytes from the first to the last. */
  private static final class MediaStream extends InputStream {
    private final MediaBytes bytes;
    private long position;

    MediaStream(MediaBytes bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
      if (count == 0) {
        return 0;
      }
      int read = bytes.read(position, target, offset, count);
      position += Math.max(read, 0);
      return read;
    }
  }
}
