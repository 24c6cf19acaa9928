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
import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_SIZE;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avio_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avio_context_free;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_free;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * A clip in memory, decoded by FFmpeg in two passes: one counts the frames, since containers lie or
 * do not say; one keeps the chosen ones. Nothing is read but the bytes at hand: no file, no
 * network. Single-threaded, so that equal bytes give equal frames. Confined to one thread.
 */
final class FfmpegClip implements AutoCloseable {
  private static final int IO_BUFFER = 1 << 16;

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
  private int stream;

  private FfmpegClip(byte[] bytes, MediaLimits limits) {
    this.limits = limits;
    this.source = new MemorySource(bytes);
  }

  static Clip read(byte[] bytes, FrameChoice choice, MediaLimits limits) {
    int total;
    double fps;
    try (FfmpegClip clip = new FfmpegClip(bytes, limits)) {
      clip.open();
      fps = clip.frameRate();
      total = clip.count();
    }
    int[] wanted = choice.choose(total, fps);
    try (FfmpegClip clip = new FfmpegClip(bytes, limits)) {
      clip.open();
      return new Clip(clip.keep(wanted), total, fps);
    }
  }

  private void open() {
    io =
        avio_alloc_context(
            new BytePointer(av_malloc(IO_BUFFER)),
            IO_BUFFER,
            0,
            null,
            source.read,
            null,
            source.seek);
    format = avformat_alloc_context();
    format.pb(io);
    AVFormatContext opened = format;
    if (avformat_open_input(opened, (String) null, null, (AVDictionary) null) < 0) {
      format = null; // FFmpeg freed it
      throw BrokenMedia.corrupt("The clip's container cannot be read");
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

  private int count() {
    int frames = 0;
    while (next()) {
      frames++;
      limits.requireFrames(frames);
    }
    if (frames == 0) {
      throw BrokenMedia.corrupt("The clip has no frame that can be decoded");
    }
    return frames;
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

  private RgbImage rgb() {
    int width = frame.width();
    int height = frame.height();
    limits.requirePixels(height, width);
    int stride = 3 * width;
    SwsContext scaler =
        sws_getContext(
            width,
            height,
            frame.format(),
            width,
            height,
            AV_PIX_FMT_RGB24,
            SWS_BILINEAR,
            null,
            null,
            (DoublePointer) null);
    if (scaler == null) {
      throw BrokenMedia.corrupt("The clip's pixel format cannot be converted");
    }
    // FFmpeg may write a little beyond the last row.
    try (BytePointer pixels = new BytePointer((long) stride * height + 64);
        PointerPointer<BytePointer> planes = new PointerPointer<>(1);
        IntPointer strides = new IntPointer(1)) {
      planes.put(0, pixels);
      strides.put(0, stride);
      sws_scale(scaler, frame.data(), frame.linesize(), 0, height, planes, strides);
      byte[] rgb = new byte[stride * height];
      pixels.get(rgb);
      return new RgbImage(height, width, rgb);
    } finally {
      sws_freeContext(scaler);
    }
  }

  @Override
  public void close() {
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

  /** FFmpeg's view of a byte array. */
  private static final class MemorySource implements AutoCloseable {
    private static final int SEEK_SET = 0;
    private static final int SEEK_CUR = 1;
    private static final int SEEK_END = 2;

    private final byte[] bytes;

    @SuppressWarnings("UnusedVariable") // read by the two callbacks below
    private long position;

    final Read_packet_Pointer_BytePointer_int read =
        new Read_packet_Pointer_BytePointer_int() {
          @Override
          public int call(Pointer opaque, BytePointer target, int size) {
            int count = (int) Math.min(size, bytes.length - position);
            if (count <= 0) {
              return AVERROR_EOF;
            }
            target.put(bytes, (int) position, count);
            position += count;
            return count;
          }
        };

    final Seek_Pointer_long_int seek =
        new Seek_Pointer_long_int() {
          @Override
          public long call(Pointer opaque, long offset, int whence) {
            if ((whence & AVSEEK_SIZE) != 0) {
              return bytes.length;
            }
            long target =
                switch (whence & 3) {
                  case SEEK_SET -> offset;
                  case SEEK_CUR -> position + offset;
                  case SEEK_END -> bytes.length + offset;
                  default -> -1;
                };
            if (target < 0 || target > bytes.length) {
              return -1;
            }
            position = target;
            return position;
          }
        };

    MemorySource(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void close() {
      read.close();
      seek.close();
    }
  }
}
