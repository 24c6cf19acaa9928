package io.github.qwenvlspark.runtime.media;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_copy_props;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INT;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;

/** One still picture from one packet, as RGB. Confined to one thread. */
final class FfmpegStill implements AutoCloseable {
  private static final int ROW_ALIGNMENT = 64;

  private final MediaLimits limits;
  private final AVFrame frame = av_frame_alloc();
  private final AVFrame rgb = av_frame_alloc();
  private final SwsContext scaler = sws_alloc_context();
  private AVCodecContext codec;

  private FfmpegStill(MediaLimits limits) {
    this.limits = limits;
    scaler.threads(1);
    scaler.flags(SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT);
  }

  static FfmpegStill open(AVCodecParameters parameters, MediaLimits limits) {
    limits.requirePixels(parameters.height(), parameters.width());
    FfmpegStill still = new FfmpegStill(limits);
    try {
      still.open(parameters);
      return still;
    } catch (Throwable e) {
      still.close();
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
      throw BrokenMedia.corrupt("The picture's codec parameters are broken");
    }
    codec.thread_count(1);
    codec.max_pixels(limits.maxPixels());
    if (avcodec_open2(codec, decoder, (AVDictionary) null) < 0) {
      throw BrokenMedia.corrupt("The picture's decoder refuses its parameters");
    }
  }

  RgbImage decode(AVPacket packet) {
    if (avcodec_send_packet(codec, packet) < 0
        || avcodec_send_packet(codec, null) < 0
        || avcodec_receive_frame(codec, frame) < 0) {
      throw BrokenMedia.corrupt("The picture cannot be decoded");
    }
    limits.requirePixels(frame.height(), frame.width());
    av_frame_copy_props(rgb, frame);
    rgb.format(AV_PIX_FMT_RGB24);
    rgb.width(frame.width());
    rgb.height(frame.height());
    ignoreTransfer(frame);
    ignoreTransfer(rgb);
    if (av_frame_get_buffer(rgb, ROW_ALIGNMENT) < 0 || sws_scale_frame(scaler, rgb, frame) < 0) {
      throw BrokenMedia.corrupt("The picture's pixel format cannot be converted");
    }
    return packed();
  }

  /** Else FFmpeg refuses reserved values, and would convert between gamma curves. */
  private static void ignoreTransfer(AVFrame frame) {
    frame.color_trc(AVCOL_TRC_UNSPECIFIED);
    frame.color_primaries(AVCOL_PRI_UNSPECIFIED);
  }

  private RgbImage packed() {
    int stride = 3 * rgb.width();
    byte[] packed = new byte[Math.multiplyExact(stride, rgb.height())];
    BytePointer row = rgb.data(0);
    for (int y = 0; y < rgb.height(); y++) {
      row.position((long) y * rgb.linesize(0)).get(packed, y * stride, stride);
    }
    return new RgbImage(rgb.height(), rgb.width(), packed);
  }

  @Override
  public void close() {
    if (codec != null) {
      avcodec_free_context(codec);
    }
    sws_freeContext(scaler);
    av_frame_free(rgb);
    av_frame_free(frame);
  }
}
