package io.github.qwenvlspark.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Comparing pixels. */
public final class Pixels {
  private Pixels() {}

  public static RgbImage image(String fixture) {
    return ImageDecoder.decode(bytes(fixture), MediaLimits.DEFAULT);
  }

  public static byte[] bytes(String fixture) {
    try {
      return Files.readAllBytes(Fixtures.path(fixture));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** SHA-256 of float32 values in little-endian order. */
  public static String sha256(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return sha256(buffer.array());
  }

  /** Asserts bounds on the mean and the largest difference of two byte arrays. */
  public static void assertClose(byte[] actual, byte[] expected, double mean, int max) {
    assertThat(actual).hasSameSizeAs(expected);
    long sum = 0;
    int largest = 0;
    for (int i = 0; i < actual.length; i++) {
      int difference = Math.abs((actual[i] & 0xff) - (expected[i] & 0xff));
      sum += difference;
      largest = Math.max(largest, difference);
    }
    assertThat((double) sum / actual.length).as("mean difference").isLessThanOrEqualTo(mean);
    assertThat(largest).as("largest difference").isLessThanOrEqualTo(max);
  }
}
