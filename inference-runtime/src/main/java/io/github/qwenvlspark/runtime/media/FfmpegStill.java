package io.github.qwenvlspark.runtime.media;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INT;

import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** One still picture from one packet, as RGB. Confined to one thread. */
final class FfmpegStill implements AutoCloseable {
  private static final int FLAGS = SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT;
  private static final int ROW_ALIGNMENT = 64;

  private final MediaLimits limits;
  private final FfmpegCodec codec;
  private final AVFrame frame = av_frame_alloc();
  private final FfmpegPixels pixels = new FfmpegPixels(FLAGS, ROW_ALIGNMENT, "picture");

  private FfmpegStill(FfmpegCodec codec, MediaLimits limits) {
    this.codec = codec;
    this.limits = limits;
  }

  static FfmpegStill open(
      AVCodecParameters parameters, MediaLimits limits, DecodeDeadline deadline) {
    limits.requirePixels(parameters.height(), parameters.width());
    return new FfmpegStill(FfmpegCodec.open(parameters, limits, deadline, "picture"), limits);
  }

  RgbImage decode(AVPacket packet) {
    if (codec.send(packet) < 0 || codec.sendEnd() < 0 || codec.receive(frame) < 0) {
      throw BrokenMedia.corrupt("The picture cannot be decoded");
    }
    return pixels.of(frame, limits);
  }

  @Override
  public void close() {
    codec.close();
    av_frame_free(frame);
    pixels.close();
  }
}
