package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.IOException;
import java.time.Duration;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A picture's bytes, which run dry at a deadline. Pixels are bounded by the header; what is not is
 * how often a file comes back to them, such as a JPEG of a million scans. Every reader, native ones
 * too, asks for bytes here as it goes on, and ends with what is thrown. Confined to one thread;
 * closes the stream within.
 */
final class DeadlineStream extends ImageInputStreamImpl {
  private final ImageInputStream bytes;
  private final Duration timeout;
  private final long end;

  DeadlineStream(ImageInputStream bytes, Duration timeout) {
    this.bytes = bytes;
    this.timeout = timeout;
    this.end = System.nanoTime() + timeout.toNanos();
  }

  @Override
  public int read() throws IOException {
    requireTime();
    bitOffset = 0;
    bytes.seek(streamPos);
    int read = bytes.read();
    if (read >= 0) {
      streamPos++;
    }
    return read;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    requireTime();
    bitOffset = 0;
    bytes.seek(streamPos);
    int read = bytes.read(target, offset, count);
    if (read > 0) {
      streamPos += read;
    }
    return read;
  }

  @Override
  public long length() {
    try {
      return bytes.length();
    } catch (IOException e) {
      return -1;
    }
  }

  @Override
  public void close() throws IOException {
    try (bytes) {
      super.close();
    }
  }

  private void requireTime() {
    if (System.nanoTime() - end > 0) {
      throw new QwenVlException(
          ErrorType.TIMEOUT,
          "The picture takes longer than %d seconds (spark.qwenvl.media.decodeTimeoutSeconds)"
              .formatted(timeout.toSeconds()));
    }
  }
}
