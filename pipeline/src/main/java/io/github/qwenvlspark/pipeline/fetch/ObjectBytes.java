package io.github.qwenvlspark.pipeline.fetch;

import io.github.qwenvlspark.runtime.media.MediaBytes;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An object of the store, read in blocks of which the last few are kept. Confined to one thread.
 */
final class ObjectBytes implements MediaBytes {
  private static final int BLOCK = 1 << 20;
  private static final int BLOCKS = 8;

  private final Fetcher.Found found;
  private final Range range;
  private final Map<Long, byte[]> blocks =
      new LinkedHashMap<>(2 * BLOCKS, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
          return size() > BLOCKS;
        }
      };

  /** Reads {@code count} bytes from {@code position} on; the object has them. */
  interface Range {
    byte[] read(long position, int count);
  }

  ObjectBytes(Fetcher.Found found, Range range) {
    this.found = found;
    this.range = range;
  }

  @Override
  public long length() {
    return found.length();
  }

  @Override
  public int read(long position, byte[] target, int offset, int count) {
    if (position >= found.length()) {
      return -1;
    }
    byte[] block = block(position / BLOCK);
    int from = (int) (position % BLOCK);
    int read = Math.min(count, block.length - from);
    System.arraycopy(block, from, target, offset, read);
    return read;
  }

  private byte[] block(long number) {
    byte[] block = blocks.get(number);
    if (block == null) {
      long start = number * BLOCK;
      block = range.read(start, (int) Math.min(BLOCK, found.length() - start));
      blocks.put(number, block);
    }
    return block;
  }

  @Override
  public void close() {
    blocks.clear();
  }
}
