package io.github.qwenvlspark.runtime.media;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_copy_props;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;

/**
 * Frames of an input, one after the other in the order in which they are shown. Single-threaded, so
 * that equal bytes give equal frames. Confined to one thread; the input stays the caller's.
 */
final class FfmpegDecoder implements AutoCloseable {
  private static final int ROW_ALIGNMENT = 16;

  private final FfmpegInput input;
  private final MediaLimits limits;
  private AVCodecContext codec;
  private AVFrame frame;
  private SwsContext scaler;

  private FfmpegDecoder(FfmpegInput input, MediaLimits limits) {
    this.input = input;
    this.limits = limits;
  }

  static FfmpegDecoder open(FfmpegInput input, MediaLimits limits) {
    FfmpegDecoder decoder = new FfmpegDecoder(input, limits);
    try {
      decoder.open(input.parameters());
      return decoder;
    } catch (Throwable e) {
      decoder.close();
      throw e;
    }
  }

  private void open(AVCodecParameters parameters) {
    AVCodec decoder = avcodec_find_decoder(parameters.codec_id());
    if (decoder == null || decoder.isNull()) {
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA,
          "This FFmpeg has no decoder for codec number %d".formatted(parameters.codec_id()));
    }
    codec = avcodec_alloc_context3(decoder);
    if (avcodec_parameters_to_context(codec, parameters) < 0) {
      throw BrokenMedia.corrupt("The clip's codec parameters are broken");
    }
    codec.thread_count(1);
    codec.max_pixels(limits.maxPixels());
    if (avcodec_open2(codec, decoder, (AVDictionary) null) < 0) {
      throw BrokenMedia.corrupt("The clip's decoder refuses its parameters");
    }
    frame = av_frame_alloc();
    scaler = sws_alloc_context();
    scaler.threads(1);
    scaler.flags(SWS_BILINEAR);
  }

  /**
   * Decodes the next frame; false at the end. A broken packet is skipped, as FFmpeg's own tools do.
   */
  boolean next() {
    while (true) {
      int received = avcodec_receive_frame(codec, frame);
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
      int sent = avcodec_send_packet(codec, input.packet());
      av_packet_unref(input.packet());
      if (sent >= 0) {
        return true;
      }
    }
    // The end: ask the decoder for the frames that it holds back.
    return avcodec_send_packet(codec, null) >= 0;
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

  /**
   * The current frame as RGB, by the calls of PyAV: colour matrix and range are those that the
   * frame names; a rotation that the container asks for is not applied. Source: {@code
   * VideoReformatter} in PyAV, {@code av/video/reformatter.py}.
   */
  RgbImage rgb() {
    int width = frame.width();
    int height = frame.height();
    limits.requirePixels(height, width);
    AVFrame target = av_frame_alloc();
    try {
      av_frame_copy_props(target, frame);
      target.format(AV_PIX_FMT_RGB24);
      target.width(width);
      target.height(height);
      ignoreTransfer(frame);
      ignoreTransfer(target);
      // Rows are aligned: into tightly packed ones FFmpeg writes wrong pixels at odd widths.
      if (av_frame_get_buffer(target, ROW_ALIGNMENT) < 0
          || sws_scale_frame(scaler, target, frame) < 0) {
        throw BrokenMedia.corrupt("The clip's pixel format cannot be converted");
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
    if (scaler != null) {
      sws_freeContext(scaler);
    }
    if (frame != null) {
      av_frame_free(frame);
    }
    if (codec != null) {
      avcodec_free_context(codec);
    }
  }
}
