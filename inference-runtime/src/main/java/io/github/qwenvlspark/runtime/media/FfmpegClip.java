package io.github.qwenvlspark.runtime.media;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avio_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avio_context_free;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_copy_props;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_free;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;

/**
 * A clip in memory, decoded by FFmpeg in two passes: one counts the frames, since containers lie or
 * do not say; one keeps the chosen ones. Nothing is read but the bytes at hand: no file, no
 * network. Single-threaded, so that equal bytes give equal frames. Confined to one thread.
 */
final class FfmpegClip implements AutoCloseable {
  private static final int IO_BUFFER = 1 << 16;
  private static final int ROW_ALIGNMENT = 16;

  /** Neither playlists nor anything else that names further sources. */
  private static final String CONTAINERS = "mov,matroska,avi";

  static {
    av_log_set_level(AV_LOG_QUIET);
  }

  private final MediaLimits limits;
  private final MemorySource source;
  private AVFormatContext format;
  private AVIOContext io;
  private AVCodecContext codec;
  private AVPacket packet;
  private AVFrame frame;
  private SwsContext scaler;
  private int stream;

  private FfmpegClip(byte[] bytes, MediaLimits limits) {
    this.limits = limits;
    this.source = new MemorySource(bytes);
  }

  static Clip read(byte[] bytes, TimeSpan span, FrameChoice choice, MediaLimits limits) {
    List<Integer> counted;
    int height;
    int width;
    double fps;
    try (FfmpegClip clip = new FfmpegClip(bytes, limits)) {
      clip.open();
      fps = clip.frameRate();
      counted = clip.count(span);
      height = clip.codec.height();
      width = clip.codec.width();
    }
    int[] wanted = IntStream.of(choice.choose(counted.size(), fps)).map(counted::get).toArray();
    requireMemory(wanted.length, height, width);
    try (FfmpegClip clip = new FfmpegClip(bytes, limits)) {
      clip.open();
      return new Clip(clip.keep(wanted), counted.size(), fps);
    }
  }

  /** Refuses what would take half of this JVM's memory, which the other tasks need as well. */
  private static void requireMemory(int frames, int height, int width) {
    long bytes = 3L * height * width * frames;
    long most = Runtime.getRuntime().maxMemory() / 2;
    if (bytes > most) {
      throw new QwenVlException(
          ErrorType.TOO_LARGE,
          "%,d frames of %,d x %,d pixels need %,d bytes of %,d that a clip may take; sample fewer (fps, max_frames) or give executors more memory"
              .formatted(frames, width, height, bytes, most));
    }
  }

  private void open() {
    io =
        avio_alloc_context(
            new BytePointer(av_malloc(IO_BUFFER)),
            IO_BUFFER,
            0,
            null,
            source.read(),
            null,
            source.seek());
    format = avformat_alloc_context();
    format.pb(io);
    AVFormatContext opened = format;
    try (AVDictionary options = new AVDictionary(null)) {
      av_dict_set(options, "format_whitelist", CONTAINERS, 0);
      av_dict_set(options, "protocol_whitelist", "none", 0);
      int status = avformat_open_input(opened, (String) null, null, options);
      av_dict_free(options);
      if (status < 0) {
        format = null; // FFmpeg freed it
        throw BrokenMedia.corrupt("The clip's container cannot be read");
      }
    }
    if (avformat_find_stream_info(format, (AVDictionary) null) < 0) {
      throw BrokenMedia.corrupt("The clip's streams cannot be read");
    }
    stream = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
    if (stream < 0) {
      throw new QwenVlException(ErrorType.UNSUPPORTED_MEDIA, "The clip has no video stream");
    }
    AVStream video = format.streams(stream);
    limits.requirePixels(video.codecpar().height(), video.codecpar().width());
    openDecoder(video);
    packet = av_packet_alloc();
    frame = av_frame_alloc();
    scaler = sws_alloc_context();
    scaler.threads(1);
    scaler.flags(SWS_BILINEAR);
  }

  private void openDecoder(AVStream video) {
    AVCodec decoder = avcodec_find_decoder(video.codecpar().codec_id());
    if (decoder == null || decoder.isNull()) {
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA,
          "This FFmpeg has no decoder for codec number %d".formatted(video.codecpar().codec_id()));
    }
    codec = avcodec_alloc_context3(decoder);
    if (avcodec_parameters_to_context(codec, video.codecpar()) < 0) {
      throw BrokenMedia.corrupt("The clip's codec parameters are broken");
    }
    codec.thread_count(1);
    if (avcodec_open2(codec, decoder, (AVDictionary) null) < 0) {
      throw BrokenMedia.corrupt("The clip's decoder refuses its parameters");
    }
  }

  private double frameRate() {
    AVRational rate = format.streams(stream).avg_frame_rate();
    if (rate.num() <= 0 || rate.den() <= 0) {
      throw BrokenMedia.corrupt("The clip states no frame rate");
    }
    return (double) rate.num() / rate.den();
  }

  /** Numbers of the frames that stand in {@code span}. */
  private List<Integer> count(TimeSpan span) {
    List<Long> times = new ArrayList<>();
    while (next()) {
      times.add(frame.best_effort_timestamp());
      limits.requireFrames(times.size());
    }
    if (times.isEmpty()) {
      throw BrokenMedia.corrupt("The clip has no frame that can be decoded");
    }
    if (span.equals(TimeSpan.WHOLE)) {
      return IntStream.range(0, times.size()).boxed().toList();
    }
    AVRational tick = format.streams(stream).time_base();
    List<Integer> inside = span.frames(times, (double) tick.den() / tick.num());
    if (inside.isEmpty()) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "The clip has no frame between %s and %s seconds".formatted(span.startS(), span.endS()));
    }
    return inside;
  }

  /** The frames with the given ascending numbers, repeats included. */
  private List<RgbImage> keep(int[] wanted) {
    List<RgbImage> kept = new ArrayList<>();
    for (int number = 0; kept.size() < wanted.length && next(); number++) {
      if (wanted[kept.size()] == number) {
        RgbImage image = rgb();
        while (kept.size() < wanted.length && wanted[kept.size()] == number) {
          kept.add(image);
        }
      }
    }
    if (kept.size() < wanted.length) {
      throw BrokenMedia.corrupt("The clip decodes to fewer frames the second time");
    }
    return kept;
  }

  /**
   * Decodes the next frame; false at the end. A broken packet is skipped, as FFmpeg's own tools do.
   */
  private boolean next() {
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
    while (av_read_frame(format, packet) >= 0) {
      boolean ours = packet.stream_index() == stream;
      int sent = ours ? avcodec_send_packet(codec, packet) : 0;
      av_packet_unref(packet);
      if (ours && sent >= 0) {
        return true;
      }
    }
    // The end: ask the decoder for the frames that it holds back.
    return avcodec_send_packet(codec, null) >= 0;
  }

  /**
   * The current frame as RGB, by the calls of PyAV: colour matrix and range are those that the
   * frame names. Source: {@code VideoReformatter} in PyAV, {@code av/video/reformatter.py}.
   */
  private RgbImage rgb() {
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
    if (packet != null) {
      av_packet_free(packet);
    }
    if (codec != null) {
      avcodec_free_context(codec);
    }
    if (format != null) {
      avformat_close_input(format);
    }
    if (io != null) {
      av_free(io.buffer());
      avio_context_free(io);
    }
    source.close();
  }
}
