package io.github.qwenvlspark.runtime.media;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avutil.AVDictionary;

/** FFmpeg's decoders, on one thread so that equal bytes give equal pixels. */
final class FfmpegCodec {
  private FfmpegCodec() {}

  /**
   * Opens a decoder, which the caller frees.
   *
   * @param what is decoded, for messages
   * @throws QwenVlException UNSUPPORTED_MEDIA or CORRUPT_MEDIA
   */
  static AVCodecContext open(AVCodecParameters parameters, MediaLimits limits, String what) {
    AVCodec decoder = avcodec_find_decoder(parameters.codec_id());
    if (decoder == null || decoder.isNull()) {
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA,
          "This FFmpeg has no decoder for codec number %d".formatted(parameters.codec_id()));
    }
    AVCodecContext codec = avcodec_alloc_context3(decoder);
    try {
      if (avcodec_parameters_to_context(codec, parameters) < 0) {
        throw BrokenMedia.corrupt("The %s's codec parameters are broken".formatted(what));
      }
      codec.thread_count(1);
      codec.max_pixels(limits.maxPixels());
      if (avcodec_open2(codec, decoder, (AVDictionary) null) < 0) {
        throw BrokenMedia.corrupt("The %s's decoder refuses its parameters".formatted(what));
      }
      return codec;
    } catch (Throwable e) {
      avcodec_free_context(codec);
      throw e;
    }
  }
}
