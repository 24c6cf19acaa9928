package io.github.qwenvlspark.runtime.media;

import static io.github.qwenvlspark.runtime.media.Failures.assertFails;
import static io.github.qwenvlspark.runtime.media.Failures.assertTyped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * AVIF files beside what Pillow sees in them, seen upright; their README says how they were made.
 */
class HeifPictureTest {
  /** Another decoder interpolates colours in another way. */
  private static final double MEAN = 3;

  private static final int MAX = 24;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "smooth",
        "odd",
        "animated",
        "ten_bit",
        "grid",
        "turned_2",
        "turned_3",
        "turned_4",
        "turned_5",
        "turned_6",
        "turned_7",
        "turned_8"
      })
  void aPictureIsSeenAlmostAsPillowSeesIt(String name) {
    RgbImage expected = Pixels.image("heif/%s.png".formatted(name));

    RgbImage image = Pixels.image("heif/%s.avif".formatted(name));

    assertThat(List.of(image.height(), image.width()))
        .containsExactly(expected.height(), expected.width());
    Pixels.assertClose(image.rgb(), expected.rgb(), MEAN, MAX);
  }

  @Test
  void itIsMarkedAsNotExact() {
    assertThat(Pixels.image("heif/smooth.avif").isExact()).isFalse();
    assertThat(Pixels.image("heif/smooth.png").isExact()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"smooth", "grid", "turned_6"})
  void everyHundredthOfAFileIsReadOrRefused(String name) {
    byte[] whole = Pixels.bytes("heif/%s.avif".formatted(name));
    for (int percent = 0; percent < 100; percent++) {
      byte[] part = Arrays.copyOf(whole, whole.length * percent / 100);
      assertTyped(() -> ImageDecoder.decode(part, MediaLimits.DEFAULT));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void flippedBitsAreReadOrRefused(long seed) {
    byte[] whole = Pixels.bytes("heif/grid.avif");
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i < 3; i++) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      assertTyped(() -> ImageDecoder.decode(damaged, MediaLimits.DEFAULT));
    }
  }

  @Test
  void transparencyIsUnsupportedRatherThanIgnored() {
    assertFails(() -> Pixels.image("heif/alpha.avif"), ErrorType.UNSUPPORTED_MEDIA, "transparency");
  }

  @Test
  void aHeadAloneIsCorrupt() {
    byte[] head = "\0\0\0\u0018ftypheic".getBytes(StandardCharsets.ISO_8859_1);

    assertFails(
        () -> ImageDecoder.decode(head, MediaLimits.DEFAULT),
        ErrorType.CORRUPT_MEDIA,
        "container cannot be read");
  }

  @Test
  void aGridLargerThanAllowedIsRefusedBeforeItIsDecoded() {
    MediaLimits few = new MediaLimits(1_000_000, 10_000, 1, 10);

    assertFails(
        () -> ImageDecoder.decode(Pixels.bytes("heif/grid.avif"), few),
        ErrorType.TOO_LARGE,
        "spark.qwenvl.media.maxPixels");
  }

  @Test
  void timeForOnePictureIsLimited() {
    MediaLimits hasty = new MediaLimits(1_000_000, 1_000_000, 1, 10, 1).with(Duration.ofNanos(1));

    assertFails(
        () -> ImageDecoder.decode(Pixels.bytes("heif/grid.avif"), hasty),
        ErrorType.TIMEOUT,
        "spark.qwenvl.media.decodeTimeoutSeconds");
  }

  @Test
  void withoutFfmpegTheMessageSaysWhatToAdd() throws Exception {
    URL[] withoutFfmpeg =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("bytedeco"))
            .map(HeifPictureTest::url)
            .toArray(URL[]::new);
    try (URLClassLoader loader =
        new URLClassLoader(withoutFfmpeg, ClassLoader.getPlatformClassLoader())) {
      Runnable probe =
          (Runnable) loader.loadClass(ReadAPicture.class.getName()).getConstructor().newInstance();

      assertThatThrownBy(probe::run)
          .hasMessageContaining("org.bytedeco:ffmpeg")
          .extracting(e -> e.getClass().getSimpleName())
          .isEqualTo("QwenVlException");
    }
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs in a class loader of its own. */
  public static final class ReadAPicture implements Runnable {
    @Override
    public void run() {
      RgbImage unused = Pixels.image("heif/smooth.avif");
    }
  }
}
