package io.github.qwenvlspark.runtime.media;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_copy_props;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;

/**
 * Decoded frames as RGB, by the calls of PyAV: colour matrix and range are those that the frame
 * names. Confined to one thread.
 *
 * <p>Source: {@code VideoReformatter} in PyAV, {@code av/video/reformatter.py}.
 */
final class FfmpegPixels implements AutoCloseable {
  private final SwsContext scaler = sws_alloc_context();
  private final int rowAlignment;
  private final String what;

  /**
   * @param flags of FFmpeg's scaler, which decide how colours are rounded
   * @param rowAlignment bytes; into tightly packed rows FFmpeg writes wrong pixels at odd widths
   * @param what is converted, for messages
   */
  FfmpegPixels(int flags, int rowAlignment, String what) {
    this.rowAlignment = rowAlignment;
    this.what = what;
    scaler.threads(1);
    scaler.flags(flags);
  }

  /**
   * One frame.
   *
   * @throws io.github.qwenvlspark.runtime.QwenVlException TOO_LARGE or CORRUPT_MEDIA
   */
  RgbImage of(AVFrame frame, MediaLimits limits) {
    limits.requirePixels(frame.height(), frame.width());
    AVFrame target = av_frame_alloc();
    try {
      av_frame_copy_props(target, frame);
      target.format(AV_PIX_FMT_RGB24);
      target.width(frame.width());
      target.height(frame.height());
      ignoreTransfer(frame);
      ignoreTransfer(target);
      if (av_frame_get_buffer(target, rowAlignment) < 0
          || sws_scale_frame(scaler, target, frame) < 0) {
        throw BrokenMedia.corrupt("The %s's pixel format cannot be converted".formatted(what));
      }
      return packed(target);
    } finally {
      av_frame_free(target);
    }
  }

  /** Else FFmpeg refuses reserved values, and would convert between gamma curves. */
  private static void ignoreTransfer(AVFrame frame) {
    frame.color_trc(AVCOL_TRC_UNSPECIFIED);
    frame.color_primaries(AVCOL_PRI_UNSPECIFIED);
  }

  private static RgbImage packed(AVFrame target) {
    int stride = 3 * target.width();
    byte[] rgb = new byte[Math.multiplyExact(stride, target.height())];
    BytePointer row = target.data(0);
    for (int y = 0; y < target.height(); y++) {
      row.position((long) y * target.linesize(0)).get(rgb, y * stride, stride);
    }
    return new RgbImage(target.height(), target.width(), rgb);
  }

  @Override
  public void close() {
    sws_freeContext(scaler);
  }
}
