package io.github.qwenvlspark.runtime.media;

import static io.github.qwenvlspark.runtime.media.Failures.assertFails;
import static io.github.qwenvlspark.runtime.media.Failures.assertTyped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.testing.Pixels;
import io.github.qwenvlspark.runtime.testing.SyntheticClip;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clips that lie, point elsewhere, change or never end: each gives an answer or its error soon. */
@Timeout(60)
class HostileClipTest {
  private static final FrameChoice ALL = (total, fps) -> IntStream.range(0, total).toArray();
  private static final FrameChoice ENDS = (total, fps) -> new int[] {0, total - 1};
  private static final String TRACK = "moov/trak/";
  private static final String TABLE = TRACK + "mdia/minf/stbl/";
  private static final MediaLimits LIMITS =
      new MediaLimits(Long.MAX_VALUE, 4_000_000, 1, 10_000, 1)
          .with(new ClipLimits(86_400, Duration.ofSeconds(5)));

  @TempDir private static Path folder;

  private static Mp4Boxes mp4;

  @BeforeAll
  static void makeClip() {
    mp4 = new Mp4Boxes(clip("plain.mp4", new SyntheticClip(96, 64, 25, 30, 10)));
  }

  private static byte[] clip(String name, SyntheticClip... scenes) {
    try {
      return Files.readAllBytes(SyntheticClip.write(folder.resolve(name), List.of(scenes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mkv", "avi"})
  void framesThatChangeTheirSizeAreUnsupportedWhereBothSizesAreSampled(String ending) {
    byte[] changing =
        clip(
            "changing." + ending,
            new SyntheticClip(96, 64, 25, 20, 10),
            new SyntheticClip(160, 120, 25, 20, 10));

    assertFails(
        () -> read(changing, ENDS),
        ErrorType.UNSUPPORTED_MEDIA,
        "change from 96 x 64 to 160 x 120 pixels");
    assertThat(read(changing, (total, fps) -> new int[] {0, 9}).frames()).hasSize(2);
  }

  @Test
  void aSizeThatGrowsBeyondTheLimitOnTheWayIsNeverDecoded() {
    byte[] growing =
        clip(
            "growing.mkv",
            new SyntheticClip(96, 64, 25, 20, 10),
            new SyntheticClip(640, 480, 25, 5, 10));
    MediaLimits small = new MediaLimits(1 << 20, 300_000, 1, 1000, 1);

    assertThat(VideoReader.read(growing, ALL, small).totalFrames()).isEqualTo(20);
  }

  @Test
  void aMovieThatNamesAnotherFileReadsNothingOfIt() {
    clip("other.mp4", new SyntheticClip(160, 120, 25, 30, 10));
    int classic = 2;
    int posix = 18;

    assertFails(
        () -> read(withAlias(classic, "other.mp4"), ENDS), ErrorType.CORRUPT_MEDIA, "no frame");
    assertThat(read(withAlias(posix, "other.mp4"), ENDS).width()).isEqualTo(96);
  }

  private static byte[] withAlias(int type, String name) {
    byte[] path = folder.resolve(name).toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer alias = ByteBuffer.allocate(4 + 150 + 4 + path.length + path.length % 2 + 4);
    alias.position(4 + 150);
    alias.putShort((short) type).putShort((short) path.length).put(path);
    alias.position(alias.limit() - 4).putInt(-1 << 16);
    return withReference(Mp4Boxes.box("alis", alias.array()));
  }

  @Test
  void aMovieThatNamesAnAddressReadsOnlyItself() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(1);
      byte[] address =
          "\0\0\0\0http://127.0.0.1:%d/a.mp4\0"
              .formatted(server.getLocalPort())
              .getBytes(StandardCharsets.ISO_8859_1);

      assertTyped(() -> read(withReference(Mp4Boxes.box("url ", address)), ENDS));

      assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  private static byte[] withReference(byte[] entry) {
    byte[] content = ByteBuffer.allocate(8 + entry.length).putInt(0).putInt(1).put(entry).array();
    return mp4.replace(TRACK + "mdia/minf/dinf/dref", content).bytes();
  }

  @Test
  void aThousandMillionFramesAreRefusedByTheHeader() {
    Mp4Boxes clip = mp4.put(TABLE + "stts", 8, 1_000_000_000);

    assertFails(
        () -> read(clip.bytes(), ENDS),
        ErrorType.TOO_LARGE,
        "1,000,000,000 frames exceed 10,000 (spark.qwenvl.media.maxFrames)");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("odd")
  void oddHeadersGiveFramesOrATypedFailure(String name, byte[] clip) {
    assertTyped(() -> read(clip, ENDS));
    assertTyped(
        () ->
            VideoReader.read(
                MediaBytes.of(clip),
                new ClipRequest(new TimeSpan(0.5, 0.9), ENDS, FrameFit.AS_DECODED),
                LIMITS));
    assertTyped(() -> VideoReader.seconds(MediaBytes.of(clip), LIMITS));
  }

  static Stream<Arguments> odd() {
    String media = TRACK + "mdia/mdhd";
    byte[] mkv = clip("odd.mkv", new SyntheticClip(96, 64, 25, 30, 10));
    byte[] avi = clip("odd.avi", new SyntheticClip(96, 64, 25, 30, 10));
    return Stream.of(
        Arguments.of("mp4: no time base", mp4.put(media, 12, 0).bytes()),
        Arguments.of("mp4: a negative time base", mp4.put(media, 12, -1).bytes()),
        Arguments.of("mp4: a negative duration", mp4.put(media, 16, Integer.MIN_VALUE).bytes()),
        Arguments.of("mp4: no duration", mp4.put(media, 16, 0).bytes()),
        Arguments.of(
            "mp4: a million frames a second",
            mp4.put(media, 12, 1_000_000).put(TABLE + "stts", 12, 1).bytes()),
        Arguments.of("mp4: negative steps", mp4.put(TABLE + "stts", 12, -512).bytes()),
        Arguments.of("mp4: no steps", mp4.put(TABLE + "stts", 12, 0).bytes()),
        Arguments.of(
            "mp4: tables of four thousand million entries",
            mp4.put(TABLE + "stts", 4, -1).put(TABLE + "ctts", 4, -1).bytes()),
        Arguments.of(
            "mp4: frames without bytes",
            mp4.put(TABLE + "stsz", 4, 1).put(TABLE + "stsz", 8, 500_000_000).bytes()),
        Arguments.of("mp4: frames elsewhere", mp4.put(TABLE + "stco", 8, -2).bytes()),
        Arguments.of(
            "mp4: a track of 65,535 x 65,535 pixels",
            mp4.putShort(TABLE + "stsd", 40, 65_535).putShort(TABLE + "stsd", 42, 65_535).bytes()),
        Arguments.of("mp4: a track of no size", mp4.putShort(TABLE + "stsd", 40, 0).bytes()),
        Arguments.of(
            "mp4: an edit before the beginning",
            mp4.put(TRACK + "edts/elst", 12, Integer.MIN_VALUE + 1).bytes()),
        Arguments.of("mkv: no scale of times", patched(mkv, 0x2AD7B1, 0)),
        Arguments.of("mkv: the largest scale of times", patched(mkv, 0x2AD7B1, -1)),
        Arguments.of("mkv: frames of no duration", patched(mkv, 0x23E383, 0)),
        Arguments.of("mkv: frames of the longest duration", patched(mkv, 0x23E383, -1)),
        Arguments.of("avi: no rate", after(avi, "strh", 24, 0, 0)),
        Arguments.of("avi: a negative rate", after(avi, "strh", 24, -1, 1)),
        Arguments.of("avi: the longest", after(avi, "strh", 32, -1, -1)),
        Arguments.of("avi: the largest", after(avi, "strf", 8, 65_535, 65_535)));
  }

  /** Fills the content of an EBML element of a size of one byte with {@code filler}. */
  private static byte[] patched(byte[] mkv, int id, int filler) {
    byte[] changed = mkv.clone();
    int at = 0;
    while ((ByteBuffer.wrap(mkv).getInt(at) >>> 8) != id) {
      at++;
    }
    int size = mkv[at + 3] & 0x7f;
    Arrays.fill(changed, at + 4, at + 4 + size, (byte) filler);
    return changed;
  }

  /** Two numbers behind the name of a chunk. */
  private static byte[] after(byte[] avi, String name, int offset, int first, int second) {
    byte[] changed = avi.clone();
    int at = new String(avi, StandardCharsets.ISO_8859_1).indexOf(name) + 4 + offset;
    ByteBuffer.wrap(changed)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(at, first)
        .putInt(at + 4, second);
    return changed;
  }

  @Test
  void bytesThatNeverEndEndWhereTheObjectDoes() {
    byte[] mkv = clip("endless.mkv", new SyntheticClip(96, 64, 25, 30, 10));
    MediaBytes endless = new Endless(mkv, 0, mkv.length);

    Clip clip = VideoReader.read(endless, new ClipRequest(ENDS), LIMITS);

    assertThat(clip.totalFrames()).isEqualTo(30);
  }

  @Test
  void aStreamThatRepeatsForEverEndsAtTheLimitOfFrames() {
    byte[] mkv = clip("repeating.mkv", new SyntheticClip(96, 64, 25, 30, 10));
    int cluster = 0;
    while (ByteBuffer.wrap(mkv).getInt(cluster) != 0x1F43B675) {
      cluster++;
    }
    MediaBytes repeating = new Endless(mkv, cluster, Long.MAX_VALUE / 2);

    assertFails(
        () -> VideoReader.read(repeating, new ClipRequest(ENDS), LIMITS),
        ErrorType.TOO_LARGE,
        "exceed 10,000 (spark.qwenvl.media.maxFrames)");
  }

  @Test
  void manyPicturesInOnePacketEndWithTheTimeOfTheClip() {
    byte[] h264 = Pixels.bytes("videos/files/h264.mp4");
    byte[] packed = packed(h264, 1_000);
    MediaLimits hurried = LIMITS.with(new ClipLimits(100, Duration.ofMillis(100)));
    assertFails(() -> VideoReader.read(packed, ENDS, hurried), ErrorType.TIMEOUT, "100 ms");
  }

  @Test
  void everyPictureOfAPacketAsksWhetherItMayBeDecoded() {
    MediaLimits over = LIMITS.with(new ClipLimits(100, Duration.ofNanos(1)));
    AVFrame frame = av_frame_alloc();
    try (FfmpegInput input =
            FfmpegInput.open(
                MediaBytes.of(Pixels.bytes("videos/files/h264.mp4")),
                LIMITS,
                DecodeDeadline.ofClip(LIMITS));
        FfmpegCodec codec =
            FfmpegCodec.open(input.parameters(), LIMITS, DecodeDeadline.ofClip(over), "clip")) {
      while (input.next()) {
        int unused = codec.send(input.packet());
        av_packet_unref(input.packet());
        assertThat(codec.receive(frame)).isNegative();
      }
      assertThat(codec.sendEnd()).isZero();
      assertThat(codec.receive(frame)).isEqualTo(AVERROR_EOF);
    } finally {
      av_frame_free(frame);
    }
  }

  @Test
  void aPacketOfAv1WithMoreFramesThanAnEncoderPutsThereIsRefused() {
    byte[] packed = packed(Pixels.bytes("videos/hard/av1.mp4"), 100);

    assertFails(
        () -> read(packed, ENDS), ErrorType.CORRUPT_MEDIA, "A packet of AV1 holds more than 64");
  }

  /** Two packets, each with all pictures of a clip; the second so many times over. */
  private static byte[] packed(byte[] clip, int times) {
    Path file = folder.resolve("packed.mkv");
    ByteArrayOutputStream packets = new ByteArrayOutputStream();
    AVFormatContext format = new AVFormatContext(null);
    avformat_alloc_output_context2(format, null, null, file.toString());
    AVPacket packet = av_packet_alloc();
    try (FfmpegInput input =
            FfmpegInput.open(MediaBytes.of(clip), LIMITS, DecodeDeadline.ofClip(LIMITS));
        AVRational rate = new AVRational().num(25).den(1)) {
      while (input.next()) {
        byte[] data = new byte[input.packet().size()];
        input.packet().data().get(data);
        packets.writeBytes(data);
        av_packet_unref(input.packet());
      }
      AVStream stream = avformat_new_stream(format, null);
      avcodec_parameters_copy(stream.codecpar(), input.parameters());
      stream.avg_frame_rate(rate);
      AVIOContext io = new AVIOContext(null);
      avio_open(io, file.toString(), AVIO_FLAG_WRITE);
      format.pb(io);
      avformat_write_header(format, (AVDictionary) null);
      byte[] once = packets.toByteArray();
      for (int count : new int[] {1, times}) {
        av_new_packet(packet, once.length * count);
        for (int i = 0; i < count; i++) {
          packet.data().position((long) i * once.length).put(once, 0, once.length);
        }
        packet.pts(count).dts(count).flags(AV_PKT_FLAG_KEY);
        av_interleaved_write_frame(format, packet);
      }
      av_write_trailer(format);
      avio_closep(io);
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      av_packet_free(packet);
      avformat_free_context(format);
    }
  }

  /** Repeats from {@code start} on what a file holds there, and never says that it ends. */
  private record Endless(byte[] file, int start, long length) implements MediaBytes {
    @Override
    public int read(long position, byte[] target, int offset, int count) {
      for (int i = 0; i < count; i++) {
        long at = position + i;
        int in = (int) (at < file.length ? at : start + (at - file.length) % (file.length - start));
        target[offset + i] = file[in];
      }
      return count;
    }

    @Override
    public void close() {}
  }

  private static Clip read(byte[] clip, FrameChoice choice) {
    return VideoReader.read(clip, choice, LIMITS);
  }
}
