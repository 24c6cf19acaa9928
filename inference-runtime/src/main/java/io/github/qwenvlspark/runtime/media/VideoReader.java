package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.function.Supplier;

/** Reads the chosen frames of a clip. FFmpeg does the work where it is on the class path. */
public final class VideoReader {
  private VideoReader() {}

  /**
   * Decodes a clip and keeps the frames that the request names, each resized as it comes: a clip
   * takes the memory of these, however long it is.
   *
   * @throws QwenVlException UNSUPPORTED_MEDIA without FFmpeg, without a video stream or where
   *     frames change their size, CORRUPT_MEDIA, TOO_LARGE, TIMEOUT, OUT_OF_MEMORY; INVALID_REQUEST
   *     for a span without a frame; and what {@code bytes}, choice and fit throw
   */
  public static Clip read(MediaBytes bytes, ClipRequest request, MediaLimits limits) {
    limits.requireBytes(bytes.length());
    return withFfmpeg(() -> FfmpegClip.read(bytes, request, limits));
  }

  /** The same for bytes in memory, with frames as they are decoded. */
  public static Clip read(byte[] bytes, FrameChoice choice, MediaLimits limits) {
    return read(MediaBytes.of(bytes), new ClipRequest(choice), limits);
  }

  /** The same for a stretch of the clip: {@code choice} numbers the frames of {@code span}. */
  public static Clip read(byte[] bytes, TimeSpan span, FrameChoice choice, MediaLimits limits) {
    return read(MediaBytes.of(bytes), new ClipRequest(span, choice, FrameFit.AS_DECODED), limits);
  }

  /**
   * When a clip ends on its own clock, in seconds. Only its index is read, or all of its packets if
   * that does not say; nothing is decoded.
   *
   * @throws QwenVlException as {@link #read}
   */
  public static double seconds(MediaBytes bytes, MediaLimits limits) {
    limits.requireBytes(bytes.length());
    return withFfmpeg(() -> FfmpegClip.seconds(bytes, limits));
  }

  /**
   * What the container of a clip says of it. Only its head and index are read.
   *
   * @throws QwenVlException as {@link #read}
   */
  public static ClipHeader header(MediaBytes bytes, MediaLimits limits) {
    limits.requireBytes(bytes.length());
    return withFfmpeg(() -> FfmpegClip.header(bytes, limits));
  }

  private static <T> T withFfmpeg(Supplier<T> work) {
    try {
      return work.get();
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
