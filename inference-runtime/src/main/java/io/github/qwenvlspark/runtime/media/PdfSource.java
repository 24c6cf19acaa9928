package io.github.qwenvlspark.runtime.media;

import java.io.EOFException;
import java.io.IOException;
import java.util.Objects;
import org.apache.pdfbox.io.RandomAccessRead;
import org.apache.pdfbox.io.RandomAccessReadView;

/**
 * The bytes of a document as PDFBox reads them: one by one and to and fro, so that a small block is
 * kept. Confined to one thread. Closing it leaves the bytes open.
 */
final class PdfSource implements RandomAccessRead {
  private static final int BLOCK = 1 << 14;

  private final MediaBytes bytes;
  private final byte[] block = new byte[BLOCK];
  private long blockStart;
  private int blockLength;
  private long position;
  private boolean closed;

  PdfSource(MediaBytes bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() throws IOException {
    if (!fill()) {
      return -1;
    }
    return block[(int) (position++ - blockStart)] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, target.length);
    if (count == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int from = (int) (position - blockStart);
    int read = Math.min(count, blockLength - from);
    System.arraycopy(block, from, target, offset, read);
    position += read;
    return read;
  }

  /** Whether there is a byte at the position; it is in the block then. */
  private boolean fill() throws IOException {
    if (closed) {
      throw new IOException("The document is closed");
    }
    if (position >= bytes.length()) {
      return false;
    }
    if (position < blockStart || position >= blockStart + blockLength) {
      PdfWork.check();
      blockStart = position - position % BLOCK;
      blockLength = 0;
      int most = (int) Math.min(BLOCK, bytes.length() - blockStart);
      while (blockLength < most) {
        int read = bytes.read(blockStart + blockLength, block, blockLength, most - blockLength);
        if (read < 0) {
          throw new EOFException("The document is shorter than its store said");
        }
        blockLength += read;
      }
    }
    return true;
  }

  @Override
  public long getPosition() {
    return position;
  }

  @Override
  public void seek(long target) throws IOException {
    if (target < 0) {
      throw new IOException("Nothing is before the beginning");
    }
    position = Math.min(target, bytes.length());
  }

  @Override
  public long length() {
    return bytes.length();
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public boolean isEOF() {
    return position >= bytes.length();
  }

  @Override
  public RandomAccessReadView createView(long start, long length) {
    return new RandomAccessReadView(this, start, length);
  }

  @Override
  public void close() {
    closed = true;
  }
}
