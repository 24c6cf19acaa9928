package io.github.qwenvlspark.runtime.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.stream.ImageInputStream;

/**
 * The pages of a TIFF: its chain of image directories, of which each is read alone. Smaller copies
 * and masks of another picture, which a directory may say it is, are no pages. Confined to one
 * thread; closes its bytes.
 *
 * <p>Source: TIFF 6.0, sections 2 and 8 (NewSubfileType); the BigTIFF design of libtiff.
 */
public final class TiffDocument implements AutoCloseable {
  private static final int NEW_SUBFILE_TYPE = 254;
  private static final int REDUCED_OR_MASK = 1 | 4;
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int SHORT = 3;

  private final MediaBytes bytes;
  private final MediaLimits limits;
  private final Form form;
  private final List<Directory> pages = new ArrayList<>();
  private final Set<Long> visited = new HashSet<>();
  private long next;

  /**
   * How wide the numbers of a file are.
   *
   * @param first where the place of the first directory stands
   * @param word bytes of a place
   * @param count bytes of the number of entries
   * @param entry bytes of an entry; its value is the last word
   */
  private record Form(ByteOrder order, int first, int word, int count, int entry) {
    static Form of(byte[] head) {
      ByteOrder order = head[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
      boolean big = head[order == ByteOrder.LITTLE_ENDIAN ? 2 : 3] == 43;
      return big ? new Form(order, 8, 8, 8, 20) : new Form(order, 4, 4, 2, 12);
    }

    long number(byte[] bytes, int at, int width) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, at, width).order(order);
      return switch (width) {
        case 2 -> buffer.getShort() & 0xffff;
        case 4 -> buffer.getInt() & 0xffffffffL;
        default -> buffer.getLong();
      };
    }

    byte[] word(long number) {
      ByteBuffer buffer = ByteBuffer.allocate(word).order(order);
      return (word == Long.BYTES ? buffer.putLong(number) : buffer.putInt((int) number)).array();
    }
  }

  /** Where a directory stands, and where the place of the next one does. */
  private record Directory(long at, long link) {}

  private TiffDocument(MediaBytes bytes, MediaLimits limits) throws IOException {
    this.bytes = bytes;
    this.limits = limits;
    this.form = Form.of(read(0, 4));
    this.next = form.number(read(form.first(), form.word()), 0, form.word());
  }

  /** Whether these first bytes of a file are those of a TIFF. */
  public static boolean isTiff(byte[] head) {
    return ImageFormat.of(head).filter(format -> format == ImageFormat.TIFF).isPresent();
  }

  /**
   * Opens a TIFF; {@code bytes} are closed with it, and by a failure.
   *
   * @throws io.github.qwenvlspark.runtime.QwenVlException CORRUPT_MEDIA
   */
  public static TiffDocument open(MediaBytes bytes, MediaLimits limits) {
    try {
      return new TiffDocument(bytes, limits);
    } catch (IOException e) {
      bytes.close();
      throw BrokenMedia.corrupt("The TIFF is broken", e);
    } catch (RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  /**
   * How many pages there are; only their directories are read. A link that leads out of the file
   * counts as a page, and reading it fails; one that leads back is the end.
   *
   * @throws io.github.qwenvlspark.runtime.QwenVlException TOO_LARGE, or CORRUPT_MEDIA without a
   *     page
   */
  public int pages() {
    try {
      boolean more = true;
      while (more) {
        more = walk();
      }
    } catch (IOException e) {
      throw BrokenMedia.corrupt("The TIFF's list of pages is broken", e);
    }
    if (pages.isEmpty()) {
      throw BrokenMedia.corrupt("The TIFF has no page");
    }
    return pages.size();
  }

  /**
   * The size that the directory of a page states, from 0.
   *
   * @throws io.github.qwenvlspark.runtime.QwenVlException CORRUPT_MEDIA, TOO_LARGE
   */
  public PictureHeader header(int page) {
    try {
      Directory directory = directory(page);
      int width = 0;
      int height = 0;
      for (long at = directory.at() + form.count(); at < directory.link(); at += form.entry()) {
        byte[] entry = read(at, form.entry());
        long tag = form.number(entry, 0, 2);
        if (tag == WIDTH) {
          width = side(entry);
        } else if (tag == HEIGHT) {
          height = side(entry);
          break; // entries are sorted
        }
      }
      return new PictureHeader(height, width).within(limits);
    } catch (IOException e) {
      throw BrokenMedia.corrupt("The TIFF's list of pages is broken", e);
    }
  }

  private int side(byte[] entry) {
    boolean narrow = form.number(entry, 2, 2) == SHORT;
    long side = form.number(entry, form.entry() - form.word(), narrow ? 2 : 4);
    return (int) Math.min(side, Integer.MAX_VALUE);
  }

  /** The file as if page {@code page}, from 0, were its only one. The caller closes the result. */
  ImageInputStream page(int page) throws IOException {
    Directory directory = directory(page);
    return new PatchedBytes(
        bytes,
        new PatchedBytes.Patch(form.first(), form.word(directory.at())),
        new PatchedBytes.Patch(directory.link(), form.word(0)));
  }

  private Directory directory(int page) throws IOException {
    boolean more = true;
    while (pages.size() <= page && more) {
      more = walk();
    }
    if (pages.size() <= page) {
      throw BrokenMedia.corrupt("The TIFF has no page %,d".formatted(page + 1));
    }
    Directory directory = pages.get(page);
    if (directory.link() > bytes.length() - form.word()) {
      throw BrokenMedia.corrupt("Page %,d of the TIFF lies outside the file".formatted(page + 1));
    }
    return directory;
  }

  /** Follows one link. */
  private boolean walk() throws IOException {
    if (next == 0 || !visited.add(next)) {
      return false;
    }
    limits.requirePages(visited.size());
    long at = next;
    next = 0;
    long entries =
        fits(at, form.count()) ? form.number(read(at, form.count()), 0, form.count()) : 0;
    long room = (bytes.length() - at) / form.entry();
    if (!fits(at, form.count()) || entries < 0 || entries > room) {
      pages.add(new Directory(at, Long.MAX_VALUE));
      return false;
    }
    long link = at + form.count() + entries * form.entry();
    if (pages.isEmpty() || entries == 0 || !isCopy(at + form.count())) {
      pages.add(new Directory(at, link));
    }
    if (fits(link, form.word())) {
      next = form.number(read(link, form.word()), 0, form.word());
    }
    return true;
  }

  /** Entries are sorted, and none comes before the one that says so. */
  private boolean isCopy(long entry) throws IOException {
    byte[] first = read(entry, form.entry());
    long type = form.number(first, form.entry() - form.word(), 4);
    return form.number(first, 0, 2) == NEW_SUBFILE_TYPE && (type & REDUCED_OR_MASK) != 0;
  }

  private boolean fits(long at, int count) {
    return at > 0 && at <= bytes.length() - count;
  }

  private byte[] read(long position, int count) throws IOException {
    byte[] read = new byte[count];
    int at = 0;
    while (at < count) {
      int more = bytes.read(position + at, read, at, count - at);
      if (more < 0) {
        throw BrokenMedia.corrupt("The TIFF ends before its data does");
      }
      at += more;
    }
    return read;
  }

  @Override
  public void close() {
    bytes.close();
  }
}
