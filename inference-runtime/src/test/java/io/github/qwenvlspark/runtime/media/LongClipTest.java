package io.github.qwenvlspark.runtime.media;

import static io.github.qwenvlspark.runtime.media.Failures.assertFails;
import static io.github.qwenvlspark.runtime.media.Failures.assertTyped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.preprocess.Normalization;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.PreparedVisual;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualPreprocessor;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import io.github.qwenvlspark.runtime.testing.Pixels;
import io.github.qwenvlspark.runtime.testing.SyntheticClip;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clips of many key frames: read by stretches, resized as they come, within their limits. */
class LongClipTest {
  private static final FrameChoice ALL = (total, fps) -> IntStream.range(0, total).toArray();
  private static final int FRAMES = 500;

  @TempDir private static Path folder;

  @BeforeAll
  static void makeClips() {
    SyntheticClip clip = new SyntheticClip(160, 120, 25, FRAMES, 40);
    for (String ending : List.of("mp4", "mkv", "avi", "mov")) {
      clip.write(file(ending));
    }
  }

  private static Path file(String ending) {
    return folder.resolve("clip." + ending);
  }

  private static byte[] bytes(String ending) {
    try {
      return Files.readAllBytes(file(ending));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest(name = "{0} {1} - {2}")
  @CsvSource({
    "mp4, 0, 3",
    "mp4, 1.6, 1.6",
    "mp4, 1.61, 4",
    "mp4, 9.99, 12.5",
    "mp4, 18, 1000",
    "mkv, 1.6, 3.2",
    "mkv, 7.77, 8.5",
    "mov, 5, 6"
  })
  void aStretchGivesTheFramesThatTheWholeClipHasThere(String ending, double start, double end) {
    byte[] bytes = bytes(ending);
    List<RgbImage> whole = VideoReader.read(bytes, ALL, MediaLimits.DEFAULT).frames();
    List<Long> times = IntStream.range(0, FRAMES).mapToObj(i -> 40L * i).toList();
    TimeSpan span = new TimeSpan(start, end);

    Clip clip = VideoReader.read(bytes, span, ALL, MediaLimits.DEFAULT);

    List<Integer> expected = span.frames(times, 1000);
    assertThat(clip.totalFrames()).isEqualTo(expected.size());
    assertThat(clip.frames().stream().map(LongClipTest::hash))
        .containsExactlyElementsOf(expected.stream().map(i -> hash(whole.get(i))).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "mkv", "avi", "mov"})
  void theEndIsKnownWithoutDecoding(String ending) {
    assertThat(VideoReader.seconds(MediaBytes.of(bytes(ending)), MediaLimits.DEFAULT))
        .isCloseTo(20, within(0.1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "mkv"})
  void aMinuteOfALongClipReadsLittleMoreThanThatMinute(String ending) throws IOException {
    Path clip = folder.resolve("long." + ending);
    new SyntheticClip(320, 240, 5, 3_000, 2).write(clip);
    byte[] bytes = Files.readAllBytes(clip);
    Files.delete(clip);
    AtomicLong read = new AtomicLong();
    TimeSpan minute = new TimeSpan(300, 360);
    FrameChoice ends = (total, fps) -> new int[] {0, total - 1};

    Clip kept =
        VideoReader.read(
            new CountedBytes(MediaBytes.of(bytes), read),
            new ClipRequest(minute, ends, FrameFit.AS_DECODED),
            MediaLimits.DEFAULT);

    assertThat(kept.totalFrames()).isEqualTo(301);
    // The tenth is read twice, to count its frames and to decode them; so are index and beginning.
    assertThat(read.get()).isLessThan(bytes.length * 2L / 5);
  }

  @Test
  void framesResizedAsTheyComeGiveTheSamePixels() {
    VisualPreprocessor preprocessor =
        new VisualPreprocessor(
            new PixelLimits(3136, 12_845_056),
            new Normalization(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f}));
    VisualSize size = VisualSize.between(4 * 28 * 28, 8 * 28 * 28);
    FrameChoice some = (total, fps) -> new int[] {0, 100, 250, 499};
    byte[] bytes = bytes("mp4");
    Clip decoded = VideoReader.read(bytes, some, MediaLimits.DEFAULT);
    PreparedVisual expected = preprocessor.video(decoded.frames(), size);

    Clip resized =
        VideoReader.read(
            MediaBytes.of(bytes),
            new ClipRequest(TimeSpan.WHOLE, some, preprocessor.frameFit(size)),
            MediaLimits.DEFAULT);

    PreparedVisual actual =
        preprocessor.resized(resized.frames(), new Size(resized.height(), resized.width()));
    assertThat(actual.original()).isEqualTo(expected.original());
    assertThat(actual.resized()).isEqualTo(expected.resized());
    assertThat(actual.pixels().values()).isEqualTo(expected.pixels().values());
  }

  @Test
  void aTailThatIsMissingLeavesTheFramesBeforeIt() {
    byte[] bytes = bytes("avi");
    byte[] cut = Arrays.copyOf(bytes, bytes.length * 2 / 3);
    List<RgbImage> whole = VideoReader.read(bytes, ALL, MediaLimits.DEFAULT).frames();

    Clip clip = VideoReader.read(cut, ALL, MediaLimits.DEFAULT);

    assertThat(clip.totalFrames()).isBetween(FRAMES / 2, FRAMES - 1);
    assertThat(hash(clip.frames().get(100))).isEqualTo(hash(whole.get(100)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "mkv", "avi", "mov"})
  void aClipCutAtAnyHundredthGivesFramesOrATypedFailure(String ending) {
    byte[] bytes = bytes(ending);
    for (int percent = 0; percent < 100; percent++) {
      byte[] cut = Arrays.copyOf(bytes, bytes.length * percent / 100);
      assertTyped(
          () ->
              VideoReader.read(cut, (total, fps) -> new int[] {0, total - 1}, MediaLimits.DEFAULT));
    }
  }

  @Test
  void aClipThatTakesTooLongIsEnded() {
    MediaLimits hurried = with(new ClipLimits(100, Duration.ofMillis(1)));

    assertFails(
        () -> VideoReader.read(bytes("mp4"), ALL, hurried),
        ErrorType.TIMEOUT,
        "not decoded within 1 ms (spark.qwenvl.video.decodeTimeout)");
  }

  @Test
  void aClipThatIsTooLongIsRefusedByItsHeader() {
    assertFails(
        () -> VideoReader.read(bytes("mp4"), ALL, with(new ClipLimits(19, Duration.ofMinutes(1)))),
        ErrorType.TOO_LARGE,
        "20 seconds exceed 19 (spark.qwenvl.media.maxSeconds)");
  }

  @Test
  void whatTheStoreThrowsComesOutAsItIs() {
    MediaBytes weak = new WeakBytes(MediaBytes.of(bytes("mp4")));

    assertFails(
        () -> VideoReader.read(weak, new ClipRequest(ALL), MediaLimits.DEFAULT),
        ErrorType.ACCESS_DENIED,
        "no longer");
  }

  private static String hash(RgbImage frame) {
    return Pixels.sha256(frame.rgb());
  }

  private static MediaLimits with(ClipLimits clips) {
    return new MediaLimits(1L << 30, 1_000_000, 1, 1000, 1).with(clips);
  }

  /** Counts what is read. */
  private record CountedBytes(MediaBytes bytes, AtomicLong read) implements MediaBytes {
    @Override
    public long length() {
      return bytes.length();
    }

    @Override
    public int read(long position, byte[] target, int offset, int count) throws IOException {
      int got = bytes.read(position, target, offset, count);
      read.addAndGet(Math.max(0, got));
      return got;
    }

    @Override
    public void close() {
      bytes.close();
    }
  }

  /** Cannot be read in its second half. */
  private record WeakBytes(MediaBytes bytes) implements MediaBytes {
    @Override
    public long length() {
      return bytes.length();
    }

    @Override
    public int read(long position, byte[] target, int offset, int count) throws IOException {
      if (position >= length() / 2) {
        throw new QwenVlException(ErrorType.ACCESS_DENIED, "no longer");
      }
      return bytes.read(position, target, offset, count);
    }

    @Override
    public void close() {
      bytes.close();
    }
  }
}
