package io.github.qwenvlspark.runtime.media;

import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_SIZE;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EXIT;

import java.io.IOException;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * FFmpeg's view of a document's bytes. FFmpeg knows no exceptions: what a read throws is kept, the
 * stream seems to end, and {@link #require} throws it where Java has the word again. The callbacks
 * are native memory, freed by {@link #close}. Confined to one thread.
 */
final class FfmpegSource implements AutoCloseable {
  private static final int SEEK_SET = 0;
  private static final int SEEK_CUR = 1;
  private static final int SEEK_END = 2;
  private static final int SEEK_MODES = 3;

  private final MediaBytes bytes;
  private final DecodeDeadline deadline;
  private final Read read = new Read();
  private final Seek seek = new Seek();
  private final Interrupt interrupt = new Interrupt();
  private byte[] block = new byte[0];
  private long offset;
  private Throwable failure;

  FfmpegSource(MediaBytes bytes, DecodeDeadline deadline) {
    this.bytes = bytes;
    this.deadline = deadline;
  }

  Read_packet_Pointer_BytePointer_int read() {
    return read;
  }

  Seek_Pointer_long_int seek() {
    return seek;
  }

  AVIOInterruptCB.Callback_Pointer interrupt() {
    return interrupt;
  }

  /** Throws what a read has thrown, or TIMEOUT; to be called after FFmpeg says that it ended. */
  void require() {
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw BrokenMedia.corrupt("The clip's bytes cannot be read", failure);
    }
    deadline.require();
  }

  private int read(BytePointer target, int size) {
    if (failure != null || deadline.passed()) {
      return AVERROR_EXIT;
    }
    try {
      if (block.length < size) {
        block = new byte[size];
      }
      int most =
          (int) Math.min(size, bytes.length() - offset); // an object may go on behind its end
      int count = most == 0 ? 0 : bytes.read(offset, block, 0, most);
      if (count <= 0) {
        return AVERROR_EOF;
      }
      target.put(block, 0, count);
      offset += count;
      return count;
    } catch (IOException | RuntimeException | Error e) { // it must not cross native frames
      failure = e;
      return AVERROR_EXIT;
    }
  }

  private long seek(long distance, int whence) {
    if ((whence & AVSEEK_SIZE) != 0) {
      return bytes.length();
    }
    long target =
        switch (whence & SEEK_MODES) {
          case SEEK_SET -> distance;
          case SEEK_CUR -> offset + distance;
          case SEEK_END -> bytes.length() + distance;
          default -> -1;
        };
    if (target < 0 || target > bytes.length()) {
      return -1;
    }
    offset = target;
    return offset;
  }

  /** Frees the callbacks; the bytes stay open. */
  @Override
  public void close() {
    read.close();
    seek.close();
    interrupt.close();
  }

  private final class Read extends Read_packet_Pointer_BytePointer_int {
    @Override
    public int call(Pointer opaque, BytePointer target, int size) {
      return FfmpegSource.this.read(target, size);
    }
  }

  private final class Seek extends Seek_Pointer_long_int {
    @Override
    public long call(Pointer opaque, long distance, int whence) {
      return FfmpegSource.this.seek(distance, whence);
    }
  }

  private final class Interrupt extends AVIOInterruptCB.Callback_Pointer {
    @Override
    public int call(Pointer opaque) {
      return deadline.passed() ? 1 : 0;
    }
  }
}
