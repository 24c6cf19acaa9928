package io.github.qwenvlspark.runtime.media;

import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_SIZE;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;

import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * FFmpeg's view of a byte array. The two callbacks share one cursor; each is native memory, freed
 * by {@link #close}. Confined to one thread.
 */
final class MemorySource implements AutoCloseable {
  private static final int SEEK_SET = 0;
  private static final int SEEK_CUR = 1;
  private static final int SEEK_END = 2;
  private static final int SEEK_MODES = 3;

  private final Cursor cursor;
  private final Read read;
  private final Seek seek;

  MemorySource(byte[] bytes) {
    cursor = new Cursor(bytes);
    read = new Read(cursor);
    seek = new Seek(cursor);
  }

  Read_packet_Pointer_BytePointer_int read() {
    return read;
  }

  Seek_Pointer_long_int seek() {
    return seek;
  }

  @Override
  public void close() {
    read.close();
    seek.close();
  }

  /** Where FFmpeg stands. Not kept in a callback: those inherit a {@code position} of their own. */
  private static final class Cursor {
    private final byte[] bytes;
    private long offset;

    Cursor(byte[] bytes) {
      this.bytes = bytes;
    }

    int read(BytePointer target, int size) {
      int count = (int) Math.min(size, bytes.length - offset);
      if (count <= 0) {
        return AVERROR_EOF;
      }
      target.put(bytes, (int) offset, count);
      offset += count;
      return count;
    }

    long seek(long distance, int whence) {
      if ((whence & AVSEEK_SIZE) != 0) {
        return bytes.length;
      }
      long target =
          switch (whence & SEEK_MODES) {
            case SEEK_SET -> distance;
            case SEEK_CUR -> offset + distance;
            case SEEK_END -> bytes.length + distance;
            default -> -1;
          };
      if (target < 0 || target > bytes.length) {
        return -1;
      }
      offset = target;
      return offset;
    }
  }

  private static final class Read extends Read_packet_Pointer_BytePointer_int {
    private final Cursor cursor;

    Read(Cursor cursor) {
      this.cursor = cursor;
    }

    @Override
    public int call(Pointer opaque, BytePointer target, int size) {
      return cursor.read(target, size);
    }
  }

  private static final class Seek extends Seek_Pointer_long_int {
    private final Cursor cursor;

    Seek(Cursor cursor) {
      this.cursor = cursor;
    }

    @Override
    public long call(Pointer opaque, long distance, int whence) {
      return cursor.seek(distance, whence);
    }
  }
}
