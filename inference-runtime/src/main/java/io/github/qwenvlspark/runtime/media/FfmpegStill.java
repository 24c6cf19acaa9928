package io.github.qwenvlspark.runtime.media;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INT;

import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** One still picture from one packet, as RGB. Confined to one thread. */
final class FfmpegStill implements AutoCloseable {
  private static final int FLAGS = SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT;
  private static final int ROW_ALIGNMENT = 64;

  private final MediaLimits limits;
  private final AVCodecContext codec;
  private final AVFrame frame = av_frame_alloc();
  private final FfmpegPixels pixels = new FfmpegPixels(FLAGS, ROW_ALIGNMENT, "picture");

  private FfmpegStill(AVCodecContext codec, MediaLimits limits) {
    this.codec = codec;
    this.limits = limits;
  }

  static FfmpegStill open(AVCodecParameters parameters, MediaLimits limits) {
    limits.requirePixels(parameters.height(), parameters.width());
    return new FfmpegStill(FfmpegCodec.open(parameters, limits, "picture"), limits);
  }

  RgbImage decode(AVPacket packet) {
    if (avcodec_send_packet(codec, packet) < 0
        || avcodec_send_packet(codec, null) < 0
        || avcodec_receive_frame(codec, frame) < 0) {
      throw BrokenMedia.corrupt("The picture cannot be decoded");
    }
    return pixels.of(frame, limits);
  }

  @Override
  public void close() {
    avcodec_free_context(codec);
    av_frame_free(frame);
    pixels.close();
  }
}
