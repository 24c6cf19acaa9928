package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.runtime.media.MediaBytes;
import java.io.IOException;
import java.util.function.DoubleConsumer;

/**
 * A document whose reads are timed.
 *
 * @param spent takes the milliseconds of each read
 */
record TimedBytes(MediaBytes bytes, DoubleConsumer spent) implements MediaBytes {
  @Override
  public long length() {
    return bytes.length();
  }

  @Override
  public int read(long position, byte[] target, int offset, int count) throws IOException {
    long start = System.nanoTime();
    int read = bytes.read(position, target, offset, count);
    spent.accept((System.nanoTime() - start) / 1e6);
    return read;
  }

  @Override
  public void close() {
    bytes.close();
  }
}
