package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;

/** Reads the chosen frames of a clip. FFmpeg does the work where it is on the class path. */
public final class VideoReader {
  private VideoReader() {}

  /**
   * Decodes a clip and keeps the frames that {@code choice} names.
   *
   * @throws QwenVlException UNSUPPORTED_MEDIA without FFmpeg or without a video stream,
   *     CORRUPT_MEDIA, TOO_LARGE, OUT_OF_MEMORY
   */
  public static Clip read(byte[] bytes, FrameChoice choice, MediaLimits limits) {
    return read(bytes, TimeSpan.WHOLE, choice, limits);
  }

  /** The same for a stretch of the clip: {@code choice} numbers the frames of {@code span}. */
  public static Clip read(byte[] bytes, TimeSpan span, FrameChoice choice, MediaLimits limits) {
    limits.requireBytes(bytes.length);
    try {
      return FfmpegClip.read(bytes, span, choice, limits);
    } catch (LinkageError e) {
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA,
          "Clips need FFmpeg: add org.bytedeco:ffmpeg and org.bytedeco:javacpp with the natives of this"
              + " platform to the class path (spark-submit --jars)",
          e);
    } catch (OutOfMemoryError e) {
      throw BrokenMedia.outOfMemory("The clip", e);
    }
  }
}
