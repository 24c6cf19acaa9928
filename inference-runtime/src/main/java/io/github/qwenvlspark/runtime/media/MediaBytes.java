package io.github.qwenvlspark.runtime.media;

import java.io.IOException;
import java.util.Objects;

/**
 * The bytes of a document, read where they are needed: a long file is never held whole. Confined to
 * one thread; who opens it closes it.
 */
public interface MediaBytes extends AutoCloseable {
  long length();

  /**
   * Reads bytes from {@code position} on.
   *
   * @return how many were read, at least 1; -1 at the end
   */
  int read(long position, byte[] target, int offset, int count) throws IOException;

  @Override
  void close();

  /** The same bytes for a reader that closes what it is given; these stay open. */
  default MediaBytes unclosed() {
    MediaBytes all = this;
    return new MediaBytes() {
      @Override
      public long length() {
        return all.length();
      }

      @Override
      public int read(long position, byte[] target, int offset, int count) throws IOException {
        return all.read(position, target, offset, count);
      }

      @Override
      public void close() {}
    };
  }

  /** Bytes in memory. They are not copied. */
  static MediaBytes of(byte[] bytes) {
    return new MediaBytes() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public int read(long position, byte[] target, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, target.length);
        if (position >= bytes.length) {
          return -1;
        }
        int read = (int) Math.min(count, bytes.length - position);
        System.arraycopy(bytes, (int) position, target, offset, read);
        return read;
      }

      @Override
      public void close() {}
    };
  }
}
