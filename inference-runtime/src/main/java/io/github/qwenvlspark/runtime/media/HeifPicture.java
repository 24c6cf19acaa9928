package io.github.qwenvlspark.runtime.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_SEEKABLE_NORMAL;
import static org.bytedeco.ffmpeg.global.avformat.AV_STREAM_GROUP_PARAMS_TILE_GRID;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_find_input_format;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avio_alloc_context;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStreamGroup;
import org.bytedeco.ffmpeg.avformat.AVStreamGroupTileGrid;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;

/**
 * A HEIC or AVIF picture in memory, decoded by FFmpeg: one item, or a grid of tiles as phones store
 * photographs, turned and mirrored as the container says. Colours differ a little from those of the
 * libraries that Pillow uses, so answers are not exact. Confined to one thread.
 */
final class HeifPicture implements AutoCloseable {
  /** What FFmpeg may read beyond the end of a buffer. */
  private static final int PADDING = 64;

  private static final int MATRIX_NUMBERS = 9;

  /** The names of transparency, which stand among the properties at the beginning. */
  private static final List<String> ALPHA =
      List.of("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", "urn:mpeg:hevc:2015:auxid:1");

  private static final int HEAD_BYTES = 1 << 16;

  private final MediaLimits limits;
  private final DecodeDeadline deadline;
  private AVIOContext io;
  private AVFormatContext format;
  private AVPacket packet;

  private HeifPicture(MediaLimits limits) {
    this.limits = limits;
    this.deadline = DecodeDeadline.ofPicture(limits);
  }

  /**
   * Decodes the picture that the file names as its main one; the first of an animation.
   *
   * @throws QwenVlException UNSUPPORTED_MEDIA for a codec that is not built in, CORRUPT_MEDIA,
   *     TOO_LARGE, TIMEOUT
   */
  static RgbImage decode(byte[] bytes, MediaLimits limits) {
    requireOpaque(bytes);
    try (HeifPicture picture = new HeifPicture(limits)) {
      picture.open(bytes);
      return picture.decode().inexact();
    }
  }

  /** FFmpeg does not say which of two pictures is the transparency of the other. */
  private static void requireOpaque(byte[] bytes) {
    String head =
        new String(bytes, 0, Math.min(bytes.length, HEAD_BYTES), StandardCharsets.ISO_8859_1);
    if (ALPHA.stream().anyMatch(head::contains)) {
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA,
          "HEIC and AVIF pictures with transparency cannot be read; convert the picture to PNG");
    }
  }

  private void open(byte[] bytes) {
    long room = bytes.length + (long) PADDING;
    FfmpegMemory.allow(limits);
    FfmpegMemory.allow(room);
    BytePointer buffer = new BytePointer(av_malloc(room));
    buffer.capacity(room).put(bytes, 0, bytes.length);
    // Without callbacks FFmpeg reads and seeks in the buffer: nothing else can be opened.
    io = avio_alloc_context(buffer, bytes.length, 0, null, null, null, null);
    io.seekable(AVIO_SEEKABLE_NORMAL);
    format = avformat_alloc_context();
    format.pb(io);
    try (AVDictionary options = new AVDictionary(null)) {
      av_dict_set(options, "protocol_whitelist", "none", 0);
      int status = avformat_open_input(format, (String) null, av_find_input_format("mov"), options);
      av_dict_free(options);
      if (status < 0) {
        format = null; // FFmpeg freed it
        throw BrokenMedia.corrupt("The picture's container cannot be read");
      }
    }
    packet = av_packet_alloc();
  }

  private RgbImage decode() {
    for (int i = 0; i < format.nb_stream_groups(); i++) {
      AVStreamGroup group = format.stream_groups(i);
      if (group.type() == AV_STREAM_GROUP_PARAMS_TILE_GRID) {
        return grid(group);
      }
    }
    int stream = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
    if (stream < 0) {
      throw BrokenMedia.corrupt("The file holds no picture");
    }
    return orientation(
            format.streams(stream).codecpar().coded_side_data(),
            format.streams(stream).codecpar().nb_coded_side_data())
        .apply(single(stream));
  }

  private RgbImage single(int stream) {
    while (av_read_frame(format, packet) >= 0) {
      deadline.require();
      if (packet.stream_index() == stream) {
        return still(stream);
      }
      av_packet_unref(packet);
    }
    throw BrokenMedia.corrupt("The picture ends before its data does");
  }

  private RgbImage grid(AVStreamGroup group) {
    AVStreamGroupTileGrid grid = group.params_tile_grid();
    limits.requirePixels(grid.coded_height(), grid.coded_width());
    List<Tile> tiles = new ArrayList<>();
    for (int i = 0; i < grid.nb_tiles(); i++) {
      int stream = group.streams(grid.offsets_idx(i)).index();
      tiles.add(new Tile(stream, grid.offsets_horizontal(i), grid.offsets_vertical(i)));
    }
    TileCanvas canvas = new TileCanvas(grid.coded_height(), grid.coded_width());
    decode(tiles, canvas);
    return orientation(grid.coded_side_data(), grid.nb_coded_side_data())
        .apply(
            canvas.part(
                grid.vertical_offset(), grid.horizontal_offset(), grid.height(), grid.width()));
  }

  /** Where the picture of a stream stands. */
  private record Tile(int stream, int x, int y) {}

  /** Each stream holds one picture, in the order of the file; one may stand at several places. */
  private void decode(List<Tile> tiles, TileCanvas canvas) {
    List<Tile> missing = new ArrayList<>(tiles);
    long pixels = 0;
    while (!missing.isEmpty() && av_read_frame(format, packet) >= 0) {
      deadline.require();
      int stream = packet.stream_index();
      List<Tile> here = missing.stream().filter(tile -> tile.stream() == stream).toList();
      if (!here.isEmpty()) {
        RgbImage image = still(stream);
        pixels += (long) image.height() * image.width();
        limits.requirePixels(pixels, 1);
        here.forEach(tile -> canvas.put(image, tile.y(), tile.x()));
        missing.removeAll(here);
      }
      av_packet_unref(packet);
    }
    if (!missing.isEmpty()) {
      throw BrokenMedia.corrupt("The picture ends before its data does");
    }
  }

  private RgbImage still(int stream) {
    try (FfmpegStill still =
        FfmpegStill.open(format.streams(stream).codecpar(), limits, deadline)) {
      return still.decode(packet);
    } catch (QwenVlException e) {
      deadline.require(); // what seems broken may only have been ended
      throw e;
    }
  }

  private static Orientation orientation(AVPacketSideData data, int count) {
    AVPacketSideData matrix = av_packet_side_data_get(data, count, AV_PKT_DATA_DISPLAYMATRIX);
    if (matrix == null || matrix.isNull()) {
      return Orientation.UPRIGHT;
    }
    IntBuffer numbers =
        matrix
            .data()
            .capacity((long) MATRIX_NUMBERS * Integer.BYTES)
            .asByteBuffer()
            .order(ByteOrder.nativeOrder())
            .asIntBuffer();
    return Orientation.of(
        Integer.signum(numbers.get(0)),
        Integer.signum(numbers.get(1)),
        Integer.signum(numbers.get(3)),
        Integer.signum(numbers.get(4)));
  }

  @Override
  public void close() {
    FfmpegInput.free(packet, format, io);
  }
}
