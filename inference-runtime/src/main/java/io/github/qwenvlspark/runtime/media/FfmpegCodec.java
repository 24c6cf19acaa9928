package io.github.qwenvlspark.runtime.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AV1;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_default_get_buffer2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EXIT;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * One of FFmpeg's decoders, on one thread so that equal bytes give equal pixels. One packet may
 * hold any number of pictures, and FFmpeg gives the word back behind the last: so each asks the
 * deadline before it gets its memory. Confined to one thread.
 */
final class FfmpegCodec implements AutoCloseable {
  private final AVCodecContext context;
  private final DecodeDeadline deadline;
  private final Buffers buffers = new Buffers();

  private FfmpegCodec(AVCodecContext context, DecodeDeadline deadline) {
    this.context = context;
    this.deadline = deadline;
    context.get_buffer2(buffers);
  }

  /**
   * Opens a decoder.
   *
   * @param what is decoded, for messages
   * @throws QwenVlException UNSUPPORTED_MEDIA or CORRUPT_MEDIA
   */
  static FfmpegCodec open(
      AVCodecParameters parameters, MediaLimits limits, DecodeDeadline deadline, String what) {
    AVCodec decoder = avcodec_find_decoder(parameters.codec_id());
    if (decoder == null || decoder.isNull()) {
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA,
          "This FFmpeg has no decoder for codec number %d".formatted(parameters.codec_id()));
    }
    FfmpegCodec codec = new FfmpegCodec(avcodec_alloc_context3(decoder), deadline);
    try {
      if (avcodec_parameters_to_context(codec.context, parameters) < 0) {
        throw BrokenMedia.corrupt("The %s's codec parameters are broken".formatted(what));
      }
      codec.context.thread_count(1);
      codec.context.max_pixels(limits.maxPixels());
      if (avcodec_open2(codec.context, decoder, (AVDictionary) null) < 0) {
        throw BrokenMedia.corrupt("The %s's decoder refuses its parameters".formatted(what));
      }
      return codec;
    } catch (Throwable e) {
      codec.close();
      throw e;
    }
  }

  /**
   * Gives the decoder a packet.
   *
   * @return FFmpeg's status, negative for a packet that is broken
   * @throws QwenVlException CORRUPT_MEDIA for more pictures in one packet than any encoder puts
   *     there
   */
  int send(AVPacket packet) {
    if (context.codec_id() == AV_CODEC_ID_AV1) {
      Av1Packet.requireFewFrames(packet.data().capacity(packet.size()).asByteBuffer());
    }
    return avcodec_send_packet(context, packet);
  }

  /** Tells the decoder that no packet follows; it gives the frames that it holds back. */
  int sendEnd() {
    return avcodec_send_packet(context, null);
  }

  /** Takes the next frame; FFmpeg's status. */
  int receive(AVFrame frame) {
    return avcodec_receive_frame(context, frame);
  }

  @Override
  public void close() {
    avcodec_free_context(context);
    buffers.close();
  }

  private final class Buffers extends AVCodecContext.Get_buffer2_AVCodecContext_AVFrame_int {
    @Override
    public int call(AVCodecContext codec, AVFrame frame, int flags) {
      return deadline.passed() ? AVERROR_EXIT : avcodec_default_get_buffer2(codec, frame, flags);
    }
  }
}
