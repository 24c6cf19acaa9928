package io.github.qwenvlspark.runtime.media;

import static io.github.qwenvlspark.runtime.media.Failures.assertFails;
import static io.github.qwenvlspark.runtime.media.Failures.assertTyped;
import static io.github.qwenvlspark.runtime.media.Failures.assertWholeOrTyped;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final MediaLimits SMALL = new MediaLimits(1 << 20, 1_000_000, 10, 10);

  static Stream<String> files() {
    return Stream.concat(
        GoldenJson.cases("images/images.json", "images")
            .map(image -> "images/files/" + image.path("file").asText()),
        GoldenJson.cases("images/hard/hard.json", "images")
            .map(image -> "images/hard/" + image.path("file").asText()));
  }

  /** Whole it may be: the cut may fall into later frames, or take an end mark alone. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void aPictureCutShortIsReadWholeOrRefused(String file) {
    byte[] bytes = Pixels.bytes(file);
    byte[] whole = decode(bytes).rgb();
    for (int percent = 0; percent < 100; percent += 5) {
      byte[] cut = Arrays.copyOf(bytes, bytes.length * percent / 100);
      assertWholeOrTyped(() -> decode(cut).rgb(), whole);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void aDamagedPictureGivesPixelsOrATypedFailure(String file) {
    byte[] bytes = Pixels.bytes(file);
    Random random = new Random(file.hashCode());
    for (int round = 0; round < 20; round++) {
      byte[] damaged = bytes.clone();
      for (int i = 0; i < 4; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      assertTyped(() -> ImageDecoder.decode(damaged, SMALL));
    }
  }

  @Test
  void emptyForeignAndMisnamedFilesAreToldApart() {
    assertFails(() -> decode(new byte[0]), ErrorType.CORRUPT_MEDIA, "0 bytes");
    assertFails(
        () -> decode("this is no jpeg at all".getBytes(StandardCharsets.UTF_8)),
        ErrorType.UNSUPPORTED_MEDIA,
        "no JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF");
  }

  @Test
  void aHugePictureIsRefusedByItsHeader() {
    assertFails(
        () -> decode(pngHeader(2_000_000_000, 2_000_000_000)),
        ErrorType.TOO_LARGE,
        "4,000,000,000,000,000,000 pixels exceed 1,000,000 (spark.qwenvl.media.maxPixels)");
    assertFails(
        () -> ImageDecoder.decode(new byte[11], new MediaLimits(10, 1, 1, 1)),
        ErrorType.TOO_LARGE,
        "11 bytes exceed 10 (spark.qwenvl.media.maxBytes)");
  }

  @Test
  void messagesHoldNoBytesOfTheFile() {
    byte[] bytes = Pixels.bytes("images/files/rgb_odd.png");
    System.arraycopy("secret".getBytes(StandardCharsets.UTF_8), 0, bytes, 37, 6);
    assertFails(() -> decode(bytes), ErrorType.CORRUPT_MEDIA, "The PNG is broken");
    try {
      decode(bytes);
    } catch (QwenVlException e) {
      assertThat(e).hasMessageNotContaining("secret");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 16})
  void aJpegOfMoreThan8BitsIsUnsupportedRatherThanBroken(int bits) {
    byte[] bytes = Pixels.bytes("images/files/jpeg_444.jpg");
    int frame = 2;
    while ((bytes[frame + 1] & 0xff) != 0xc0) {
      frame += 2 + ByteBuffer.wrap(bytes).getShort(frame + 2);
    }
    bytes[frame + 4] = (byte) bits;
    assertFails(() -> decode(bytes), ErrorType.UNSUPPORTED_MEDIA, bits + " bits");
  }

  private static RgbImage decode(byte[] bytes) {
    return ImageDecoder.decode(bytes, SMALL);
  }

  private static byte[] pngHeader(int height, int width) {
    byte[] ihdr =
        ByteBuffer.allocate(17)
            .put("IHDR".getBytes(StandardCharsets.US_ASCII))
            .putInt(width)
            .putInt(height)
            .put(new byte[] {8, 2, 0, 0, 0})
            .array();
    CRC32 crc = new CRC32();
    crc.update(ihdr);
    return ByteBuffer.allocate(33)
        .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
        .putInt(13)
        .put(ihdr)
        .putInt((int) crc.getValue())
        .array();
  }
}
