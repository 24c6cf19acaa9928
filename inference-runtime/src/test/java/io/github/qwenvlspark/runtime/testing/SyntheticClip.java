package io.github.qwenvlspark.runtime.testing;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MPEG4;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;

/**
 * A clip made on the spot: a bar that wanders over a gray ramp, as MPEG-4 with B-frames. The file's
 * ending decides the container.
 *
 * @param keyEvery frames from one key frame to the next
 */
public record SyntheticClip(int width, int height, int fps, int frames, int keyEvery) {
  private static final int BAR = 8;

  /** Writes the clip; never all of it in memory. */
  public Path write(Path file) {
    return write(file, List.of(this));
  }

  /**
   * Writes clips one behind the other as one stream, which states the size of the first; all have
   * its frame rate.
   */
  public static Path write(Path file, List<SyntheticClip> scenes) {
    AVFormatContext format = new AVFormatContext(null);
    require(avformat_alloc_output_context2(format, null, null, file.toString()));
    AVStream stream = avformat_new_stream(format, null);
    AVIOContext io = new AVIOContext(null);
    require(avio_open(io, file.toString(), AVIO_FLAG_WRITE));
    format.pb(io);
    try {
      int first = 0;
      for (SyntheticClip scene : scenes) {
        // Sizes that change stand before each key frame, one that does not stands in the header.
        scene.encode(format, stream, first, scenes.size() == 1 ? AV_CODEC_FLAG_GLOBAL_HEADER : 0);
        first += scene.frames;
      }
      require(av_write_trailer(format));
      require(avio_closep(io));
    } finally {
      avformat_free_context(format);
    }
    return file;
  }

  private void encode(AVFormatContext format, AVStream stream, int first, int flags) {
    AVCodec encoder = avcodec_find_encoder(AV_CODEC_ID_MPEG4);
    AVCodecContext codec = avcodec_alloc_context3(encoder);
    AVFrame frame = av_frame_alloc();
    AVPacket packet = av_packet_alloc();
    try (AVRational tick = new AVRational().num(1).den(fps);
        AVRational rate = new AVRational().num(fps).den(1)) {
      codec.width(width);
      codec.height(height);
      codec.pix_fmt(AV_PIX_FMT_YUV420P);
      codec.time_base(tick);
      codec.framerate(rate);
      codec.gop_size(keyEvery);
      codec.max_b_frames(2);
      codec.bit_rate(400_000);
      codec.thread_count(1);
      codec.flags(codec.flags() | flags);
      require(avcodec_open2(codec, encoder, (AVDictionary) null));
      if (first == 0) {
        require(avcodec_parameters_from_context(stream.codecpar(), codec));
        stream.time_base(tick);
        stream.avg_frame_rate(rate);
        require(avformat_write_header(format, (AVDictionary) null));
      }
      frame.format(AV_PIX_FMT_YUV420P);
      frame.width(width);
      frame.height(height);
      require(av_frame_get_buffer(frame, 0));
      for (int number = first; number < first + frames; number++) {
        require(av_frame_make_writable(frame));
        draw(frame, number);
        frame.pts(number);
        require(avcodec_send_frame(codec, frame));
        drain(format, stream, codec, packet);
      }
      require(avcodec_send_frame(codec, null));
      drain(format, stream, codec, packet);
    } finally {
      av_packet_free(packet);
      av_frame_free(frame);
      avcodec_free_context(codec);
    }
  }

  private static void drain(
      AVFormatContext format, AVStream stream, AVCodecContext codec, AVPacket packet) {
    while (avcodec_receive_packet(codec, packet) >= 0) {
      av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
      packet.stream_index(stream.index());
      require(av_interleaved_write_frame(format, packet));
    }
  }

  private void draw(AVFrame frame, int number) {
    byte[] row = new byte[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        boolean bar = Math.floorMod(x - number, width) < BAR;
        row[x] = (byte) (bar ? 235 : 16 + (y + number / fps) % 200);
      }
      plane(frame, 0, y).put(row, 0, width);
    }
    for (int plane = 1; plane <= 2; plane++) {
      Arrays.fill(row, (byte) (128 + plane * (number % fps)));
      for (int y = 0; y < height / 2; y++) {
        plane(frame, plane, y).put(row, 0, width / 2);
      }
    }
  }

  private static BytePointer plane(AVFrame frame, int plane, int y) {
    return frame.data(plane).position((long) y * frame.linesize(plane));
  }

  private static void require(int status) {
    if (status < 0) {
      throw new IllegalStateException("FFmpeg refuses to make a clip: " + status);
    }
  }
}
