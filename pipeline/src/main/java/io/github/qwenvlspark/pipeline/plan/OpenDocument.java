package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import java.io.IOException;

/**
 * A document while it is inspected. Its first bytes are read at once, which is all that most need;
 * the others only where a header leads there. Confined to one thread; the caller closes it.
 */
final class OpenDocument implements MediaBytes {
  /** What a store gives as quickly as a byte; the header of nearly every picture is within. */
  private static final int HEAD = 1 << 16;

  private final Fetcher fetcher;
  private final Fetcher.Found found;
  private final byte[] head;
  private MediaBytes rest;

  private OpenDocument(Fetcher fetcher, Fetcher.Found found, byte[] head) {
    this.fetcher = fetcher;
    this.found = found;
    this.head = head;
  }

  /**
   * Reads the first bytes.
   *
   * @throws io.github.qwenvlspark.runtime.QwenVlException as {@link Fetcher#read}
   */
  static OpenDocument of(Fetcher fetcher, Fetcher.Found found) {
    return new OpenDocument(fetcher, found, fetcher.readHead(found, HEAD));
  }

  Fetcher.Found found() {
    return found;
  }

  /** The first bytes, by which the kind is told. */
  byte[] head() {
    return head;
  }

  @Override
  public long length() {
    return found.length();
  }

  @Override
  public int read(long position, byte[] target, int offset, int count) throws IOException {
    if (position < head.length) {
      int here = (int) Math.min(count, head.length - position);
      System.arraycopy(head, (int) position, target, offset, here);
      return here;
    }
    if (rest == null) {
      rest = fetcher.open(found);
    }
    return rest.read(position, target, offset, count);
  }

  @Override
  public void close() {
    if (rest != null) {
      rest.close();
      rest = null;
    }
  }
}
