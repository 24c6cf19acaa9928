package io.github.qwenvlspark.runtime.media;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;

import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Frames of an input, one after the other in the order in which they are shown. Single-threaded, so
 * that equal bytes give equal frames. Confined to one thread; the input stays the caller's.
 */
final class FfmpegDecoder implements AutoCloseable {
  private static final int ROW_ALIGNMENT = 16;

  private final FfmpegInput input;
  private final MediaLimits limits;
  private final FfmpegCodec codec;
  private final AVFrame frame = av_frame_alloc();
  private final FfmpegPixels pixels = new FfmpegPixels(SWS_BILINEAR, ROW_ALIGNMENT, "clip");

  private FfmpegDecoder(FfmpegInput input, FfmpegCodec codec, MediaLimits limits) {
    this.input = input;
    this.codec = codec;
    this.limits = limits;
  }

  static FfmpegDecoder open(FfmpegInput input, MediaLimits limits, DecodeDeadline deadline) {
    return new FfmpegDecoder(
        input, FfmpegCodec.open(input.parameters(), limits, deadline, "clip"), limits);
  }

  /**
   * Decodes the next frame; false at the end. A broken packet is skipped, as FFmpeg's own tools do.
   */
  boolean next() {
    while (true) {
      int received = codec.receive(frame);
      if (received == 0) {
        return true;
      }
      if (received == AVERROR_EOF || !feed()) {
        return false;
      }
    }
  }

  private boolean feed() {
    while (input.next()) {
      try {
        if (codec.send(input.packet()) >= 0) {
          return true;
        }
      } finally {
        av_packet_unref(input.packet());
      }
    }
    // The end: ask the decoder for the frames that it holds back.
    return codec.sendEnd() >= 0;
  }

  /** When the current frame is shown, in ticks of the stream. */
  long time() {
    return frame.best_effort_timestamp();
  }

  int height() {
    return frame.height();
  }

  int width() {
    return frame.width();
  }

  /** The current frame as RGB; a rotation that the container asks for is not applied. */
  RgbImage rgb() {
    return pixels.of(frame, limits);
  }

  @Override
  public void close() {
    codec.close();
    av_frame_free(frame);
    pixels.close();
  }
}
