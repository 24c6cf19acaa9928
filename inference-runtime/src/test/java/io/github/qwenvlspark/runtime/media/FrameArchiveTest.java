package io.github.qwenvlspark.runtime.media;

import static io.github.qwenvlspark.runtime.media.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of a clip in a zip; what they hold is not looked at here. */
class FrameArchiveTest {
  private static final MediaLimits LIMITS = new MediaLimits(1 << 20, 1 << 20, 1, 1, 10);

  /** A zip whose entries hold their own names. */
  private static byte[] zip(String... names) {
    return zipOf(name -> name.getBytes(StandardCharsets.UTF_8), names);
  }

  private interface Content {
    byte[] of(String name);
  }

  private static byte[] zipOf(Content content, String... names) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content.of(name));
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static List<String> frames(byte[] zip) {
    try {
      return FrameArchive.read(MediaBytes.of(zip), LIMITS).stream()
          .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void framesStandInTheOrderOfTheNumbersInTheirNames() {
    assertThat(frames(zip("f10.png", "f9.png", "f0100.png", "F1.JPG", "a/f2.webp")))
        .containsExactly("a/f2.webp", "F1.JPG", "f9.png", "f10.png", "f0100.png");
  }

  @Test
  void whatIsNoPictureByItsNameIsPassedOver() {
    assertThat(
            frames(
                zip(
                    "readme.txt",
                    "1.png",
                    "__MACOSX/1.png",
                    ".hidden.png",
                    "d/.x/2.png",
                    "3.tiff")))
        .containsExactly("1.png", "3.tiff");
  }

  @Test
  void namesAreNeverPaths() {
    assertThat(frames(zip("../../etc/1.png", "/abs/2.png", "C:\\3.png"))).hasSize(3);
  }

  @Test
  void aZipWithoutPicturesIsEmpty() {
    assertFails(
        () -> frames(zip("[Content_Types].xml", "word/document.xml")),
        ErrorType.EMPTY_DOCUMENT,
        "no pictures");
  }

  @Test
  void moreFramesThanARequestMayHaveAreRefused() {
    String[] names = new String[11];
    Arrays.setAll(names, i -> i + ".png");
    assertFails(() -> frames(zip(names)), ErrorType.TOO_LARGE, "maxPerRequest");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.png", "1.txt"})
  void aBombEndsAtTheLimitWhateverItIsCalled(String name) {
    byte[] bomb = zipOf(n -> new byte[8 << 20], name);
    assertThat(bomb.length).isLessThan(1 << 16);
    assertFails(() -> frames(bomb), ErrorType.TOO_LARGE, "maxBytes");
  }

  @Test
  void brokenZipsEndTyped() {
    byte[] zip = zip("1.png", "2.png", "3.png");
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] broken = Arrays.copyOf(zip, i % 2 == 0 ? random.nextInt(zip.length) : zip.length);
      if (broken.length > 0) {
        broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertThat(frames(broken)).isNotEmpty();
      } catch (QwenVlException e) {
        assertThat(e.type())
            .isIn(ErrorType.CORRUPT_MEDIA, ErrorType.EMPTY_DOCUMENT, ErrorType.TOO_LARGE);
      }
    }
  }
}
