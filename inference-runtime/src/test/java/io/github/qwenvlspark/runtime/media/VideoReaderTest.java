package io.github.qwenvlspark.runtime.media;

import static io.github.qwenvlspark.runtime.media.Failures.assertFails;
import static io.github.qwenvlspark.runtime.media.Failures.assertTyped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.io.File;
import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VideoReaderTest {
  private static final FrameChoice FIRST_AND_LAST = (total, fps) -> new int[] {0, total - 1};
  private static final byte[] CLIP = Pixels.bytes("videos/files/h264.mp4");

  @Test
  void aFrameChosenTwiceIsKeptTwice() {
    Clip clip = VideoReader.read(CLIP, (total, fps) -> new int[] {3, 3, 7}, MediaLimits.DEFAULT);

    assertThat(clip.frames()).hasSize(3);
    assertThat(clip.frames().get(0).rgb()).isEqualTo(clip.frames().get(1).rgb());
    assertThat(clip.frames().get(2).rgb()).isNotEqualTo(clip.frames().get(1).rgb());
  }

  @Test
  void soundAloneIsUnsupported() {
    assertFails(
        () -> read(Pixels.bytes("videos/hard/sound_only.mp4")),
        ErrorType.UNSUPPORTED_MEDIA,
        "no video stream");
  }

  @Test
  void whatIsNoClipIsCorrupt() {
    assertFails(() -> read(new byte[0]), ErrorType.CORRUPT_MEDIA, "container");
    assertFails(() -> read(new byte[100_000]), ErrorType.CORRUPT_MEDIA, "container");
    assertFails(
        () -> read(Pixels.bytes("videos/hard/broken.mp4")), ErrorType.CORRUPT_MEDIA, "clip");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "files/h264.mp4",
        "files/vp9.webm",
        "files/mpeg4.avi",
        "hard/index_at_the_end.mp4",
        "hard/rgba.mov"
      })
  void aClipCutAnywhereGivesFramesOrATypedFailure(String file) {
    byte[] bytes = Pixels.bytes("videos/" + file);
    for (int percent = 0; percent < 100; percent += 5) {
      byte[] cut = Arrays.copyOf(bytes, bytes.length * percent / 100);
      assertTyped(() -> read(cut));
    }
  }

  @Test
  void limitsNameValueLimitAndSetting() {
    assertFails(
        () -> VideoReader.read(CLIP, FIRST_AND_LAST, new MediaLimits(10_000, 1 << 20, 1, 100)),
        ErrorType.TOO_LARGE,
        "10,137 bytes exceed 10,000 (spark.qwenvl.media.maxBytes)");
    assertFails(
        () -> VideoReader.read(CLIP, FIRST_AND_LAST, new MediaLimits(1 << 20, 6143, 1, 100)),
        ErrorType.TOO_LARGE,
        "6,144 pixels exceed 6,143 (spark.qwenvl.media.maxPixels)");
    assertFails(
        () -> VideoReader.read(CLIP, FIRST_AND_LAST, new MediaLimits(1 << 20, 6144, 1, 44)),
        ErrorType.TOO_LARGE,
        "45 frames exceed 44 (spark.qwenvl.media.maxFrames)");
  }

  @Test
  void moreFramesThanMemoryHoldsAreRefusedBeforeTheyAreKept() {
    assertFails(
        () -> VideoReader.read(CLIP, (total, fps) -> new int[1_000_000], MediaLimits.DEFAULT),
        ErrorType.TOO_LARGE,
        "1,000,000 frames of 96 x 64 pixels need 18,432,000,000 bytes");
  }

  @Test
  void aPlaylistIsNotFollowed() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(1);
      String playlist =
          "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://127.0.0.1:%d/a.ts\n#EXT-X-ENDLIST\n"
              .formatted(server.getLocalPort());

      assertFails(
          () -> read(playlist.getBytes(StandardCharsets.UTF_8)),
          ErrorType.CORRUPT_MEDIA,
          "container");
      assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void nativeObjectsAreFreedWhetherAClipIsWholeOrNot() {
    byte[] broken = Arrays.copyOf(CLIP, 5_000);
    read(CLIP);
    assertTyped(() -> read(broken));
    long before = Pointer.totalCount();
    for (int i = 0; i < 5; i++) {
      read(CLIP);
      assertTyped(() -> read(broken));
    }
    assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
  }

  @Test
  void withoutFfmpegTheMessageSaysWhatToAdd() throws Exception {
    URL[] withoutFfmpeg =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("bytedeco"))
            .map(VideoReaderTest::url)
            .toArray(URL[]::new);
    try (URLClassLoader loader =
        new URLClassLoader(withoutFfmpeg, ClassLoader.getPlatformClassLoader())) {
      Runnable probe =
          (Runnable) loader.loadClass(ReadAClip.class.getName()).getConstructor().newInstance();

      assertThatThrownBy(probe::run)
          .hasMessageContaining("org.bytedeco:ffmpeg")
          .extracting(e -> e.getClass().getSimpleName())
          .isEqualTo("QwenVlException");
    }
  }

  /** Runs in a class loader of its own. */
  public static final class ReadAClip implements Runnable {
    @Override
    public void run() {
      VideoReader.read(
          Pixels.bytes("videos/files/h264.mp4"), (total, fps) -> new int[0], MediaLimits.DEFAULT);
    }
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Clip read(byte[] bytes) {
    return VideoReader.read(bytes, FIRST_AND_LAST, MediaLimits.DEFAULT);
  }
}
