package io.github.qwenvlspark.runtime.media;

import java.io.IOException;
import java.util.List;
import javax.imageio.stream.ImageInputStreamImpl;

/** A document for readers of the JDK, a few bytes of it replaced. Leaves its bytes open. */
final class PatchedBytes extends ImageInputStreamImpl {
  private final MediaBytes bytes;
  private final List<Patch> patches;

  /** What stands at a place instead. */
  record Patch(long at, byte[] bytes) {}

  PatchedBytes(MediaBytes bytes, Patch... patches) {
    this.bytes = bytes;
    this.patches = List.of(patches);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    checkClosed();
    bitOffset = 0;
    if (count == 0) {
      return 0;
    }
    int read = bytes.read(streamPos, target, offset, count);
    for (Patch patch : patches) {
      long from = Math.max(patch.at(), streamPos);
      long to = Math.min(patch.at() + patch.bytes().length, streamPos + read);
      if (from < to) {
        System.arraycopy(
            patch.bytes(),
            (int) (from - patch.at()),
            target,
            offset + (int) (from - streamPos),
            (int) (to - from));
      }
    }
    streamPos += Math.max(read, 0);
    return read;
  }

  @Override
  public long length() {
    return bytes.length();
  }
}
