package io.github.qwenvlspark.runtime.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_max_alloc;

/**
 * What FFmpeg may allocate at once. A header of a few bytes can ask for an index of gigabytes,
 * which no other limit sees; FFmpeg's own ends that as if memory had run out. It counts for the
 * whole process, so it only ever grows. Thread-safe.
 */
final class FfmpegMemory {
  /** A plane of a frame has at most this many bytes a pixel; all but the rarest have half of it. */
  private static final int PIXEL_BYTES = 4;

  private static final long LEAST = 64L << 20;

  private static long most;

  static {
    av_log_set_level(AV_LOG_QUIET); // it would write to stderr, and may quote the file
  }

  private FfmpegMemory() {}

  /** Lets FFmpeg have what frames and indexes within {@code limits} need. */
  static void allow(MediaLimits limits) {
    allow(Math.max(LEAST, PIXEL_BYTES * Math.min(limits.maxPixels(), 1L << 32)));
  }

  /** Lets FFmpeg have so much at once. */
  static synchronized void allow(long bytes) {
    if (bytes > most) {
      most = bytes;
      av_max_alloc(most);
    }
  }
}
