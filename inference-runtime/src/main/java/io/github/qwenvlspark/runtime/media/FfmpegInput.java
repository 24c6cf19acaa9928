package io.github.qwenvlspark.runtime.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AV1;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_DISCARD;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_FLAG_BACKWARD;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_seek_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avio_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avio_context_free;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_free;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * The container of a clip and the packets of its best video stream. Nothing is read but the bytes
 * at hand: no file, no network, nor what a container names. Confined to one thread.
 */
final class FfmpegInput implements AutoCloseable {
  private static final int IO_BUFFER = 1 << 16;

  /** Neither playlists nor anything else that names further sources. */
  private static final String CONTAINERS = "mov,matroska,avi";

  /** Steps back in search of a key frame that is shown early enough. */
  private static final int SEEKS = 8;

  private final FfmpegSource source;
  private final DecodeDeadline deadline;
  private AVIOContext io;
  private AVFormatContext format;
  private AVPacket packet;
  private int stream;

  private FfmpegInput(MediaBytes bytes, DecodeDeadline deadline) {
    this.source = new FfmpegSource(bytes, deadline);
    this.deadline = deadline;
  }

  /** The caller closes the input, and the bytes after it. */
  static FfmpegInput open(MediaBytes bytes, MediaLimits limits, DecodeDeadline deadline) {
    FfmpegInput input = new FfmpegInput(bytes, deadline);
    try {
      input.open(limits);
      return input;
    } catch (Throwable e) {
      input.close();
      throw e;
    }
  }

  private void open(MediaLimits limits) {
    FfmpegMemory.allow(limits);
    BytePointer buffer = new BytePointer(av_malloc(IO_BUFFER));
    io = avio_alloc_context(buffer, IO_BUFFER, 0, null, source.read(), null, source.seek());
    format = avformat_alloc_context();
    format.pb(io);
    format.interrupt_callback().callback(source.interrupt());
    AVFormatContext opened = format;
    try (AVDictionary options = new AVDictionary(null)) {
      av_dict_set(options, "format_whitelist", CONTAINERS, 0);
      av_dict_set(options, "protocol_whitelist", "none", 0);
      int status = avformat_open_input(opened, (String) null, null, options);
      av_dict_free(options);
      if (status < 0) {
        format = null; // FFmpeg freed it
        source.require();
        throw BrokenMedia.corrupt("The clip's container cannot be read");
      }
    }
    int status = examine(limits);
    source.require();
    if (status < 0) {
      throw BrokenMedia.corrupt("The clip's streams cannot be read");
    }
    stream = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
    if (stream < 0) {
      throw new QwenVlException(ErrorType.UNSUPPORTED_MEDIA, "The clip has no video stream");
    }
    limits.requirePixels(parameters().height(), parameters().width());
    limits.requireSeconds(statedSeconds().orElse(0));
    packet = av_packet_alloc();
  }

  /**
   * Lets FFmpeg look at the first packets, some of which it decodes. AV1 needs no decoding for
   * that, and FFmpeg's decoder for it could not be ended.
   */
  private int examine(MediaLimits limits) {
    int streams = format.nb_streams();
    try (PointerPointer<AVDictionary> options = new PointerPointer<>(Math.max(1, streams))) {
      for (int i = 0; i < streams; i++) {
        AVDictionary one = new AVDictionary(null);
        av_dict_set(one, "max_pixels", Long.toString(limits.maxPixels()), 0);
        if (format.streams(i).codecpar().codec_id() == AV_CODEC_ID_AV1) {
          av_dict_set(one, "codec_whitelist", "none", 0);
        }
        options.put(i, one);
      }
      int status = avformat_find_stream_info(format, options);
      for (int i = 0; i < streams; i++) {
        av_dict_free(options.position(i));
      }
      return status;
    }
  }

  AVCodecParameters parameters() {
    return video().codecpar();
  }

  private AVStream video() {
    return format.streams(stream);
  }

  /** Average frames for a second, by the container. */
  double frameRate() {
    AVRational rate = video().avg_frame_rate();
    if (rate.num() <= 0 || rate.den() <= 0) {
      throw BrokenMedia.corrupt("The clip states no frame rate");
    }
    return (double) rate.num() / rate.den();
  }

  double ticksPerSecond() {
    AVRational tick = video().time_base();
    return (double) tick.den() / tick.num();
  }

  /** How many frames the container says that there are; broken ones lie, some do not say. */
  OptionalLong statedFrames() {
    long frames = video().nb_frames();
    return frames > 0 ? OptionalLong.of(frames) : OptionalLong.empty();
  }

  /** When the clip ends on its own clock, by the container. */
  OptionalDouble statedSeconds() {
    long ticks = video().duration();
    if (ticks > 0) {
      long start = video().start_time();
      return OptionalDouble.of(
          (ticks + (double) (start == AV_NOPTS_VALUE ? 0 : start)) / ticksPerSecond());
    }
    long micros = format.duration();
    if (micros <= 0) {
      return OptionalDouble.empty();
    }
    long start = format.start_time();
    return OptionalDouble.of(
        (micros + (double) (start == AV_NOPTS_VALUE ? 0 : start)) / AV_TIME_BASE);
  }

  /**
   * Goes to the last key frame that is shown at {@code tick} or before, so that every frame from
   * there on is decoded as from the start; stays at the start where the container cannot tell.
   *
   * @return whether it moved or stands at the start; false if a new input must be opened
   */
  boolean seek(long tick) {
    long target = tick;
    for (int i = 0; i < SEEKS; i++) {
      if (av_seek_frame(format, stream, target, AVSEEK_FLAG_BACKWARD) < 0 || !next()) {
        return false;
      }
      boolean key = (packet.flags() & AV_PKT_FLAG_KEY) != 0;
      long shown = packet.pts();
      long decoded = packet.dts();
      av_packet_unref(packet);
      if (shown == AV_NOPTS_VALUE || decoded == AV_NOPTS_VALUE) {
        return false;
      }
      if (key && shown <= tick) {
        return av_seek_frame(format, stream, target, AVSEEK_FLAG_BACKWARD) >= 0;
      }
      target = Math.min(decoded, target) - 1;
    }
    return false;
  }

  /**
   * Reads the stream's next packet, which {@link #packet} then holds; the caller unrefs it.
   *
   * @return false at the end
   */
  boolean next() {
    deadline.require();
    while (av_read_frame(format, packet) >= 0) {
      if (packet.stream_index() == stream) {
        return true;
      }
      av_packet_unref(packet);
      deadline.require();
    }
    source.require();
    return false;
  }

  AVPacket packet() {
    return packet;
  }

  /** Whether the packet's frame is shown. */
  boolean isShown() {
    return (packet.flags() & AV_PKT_FLAG_DISCARD) == 0;
  }

  @Override
  public void close() {
    free(packet, format, io);
    source.close();
  }

  /** Gives back what was made of an input so far; null for what was not. */
  static void free(AVPacket packet, AVFormatContext format, AVIOContext io) {
    if (packet != null) {
      av_packet_free(packet);
    }
    if (format != null) {
      avformat_close_input(format);
    }
    if (io != null) {
      av_free(io.buffer());
      avio_context_free(io);
    }
  }
}
