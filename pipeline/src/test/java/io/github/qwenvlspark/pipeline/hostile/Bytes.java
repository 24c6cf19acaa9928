package io.github.qwenvlspark.pipeline.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Bytes of a file in the making. Confined to one thread. */
final class Bytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Bytes text(String latin1) {
    return add(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  Bytes add(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** One byte each. */
  Bytes u8(int... values) {
    for (int value : values) {
      out.write(value);
    }
    return this;
  }

  /** Two bytes each, the greater first. */
  Bytes u16(int... values) {
    for (int value : values) {
      u8(value >> 8, value);
    }
    return this;
  }

  /** Four bytes each, the greatest first. */
  Bytes u32(long... values) {
    for (long value : values) {
      u16((int) (value >> 16), (int) value);
    }
    return this;
  }

  /** Two bytes each, the smaller first. */
  Bytes le16(int... values) {
    for (int value : values) {
      u8(value, value >> 8);
    }
    return this;
  }

  /** Four bytes each, the smallest first. */
  Bytes le32(long... values) {
    for (long value : values) {
      le16((int) value, (int) (value >> 16));
    }
    return this;
  }

  /** A chunk of a PNG. */
  Bytes chunk(String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 check = new CRC32();
    check.update(name);
    check.update(data);
    return u32(data.length).add(name).add(data).u32(check.getValue());
  }

  byte[] get() {
    return out.toByteArray();
  }

  /** So many zeros, deflated. */
  static byte[] deflatedZeros(long count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater =
        new DeflaterOutputStream(out, new Deflater(Deflater.BEST_SPEED), 1 << 16)) {
      byte[] zeros = new byte[1 << 16];
      for (long left = count; left > 0; left -= zeros.length) {
        deflater.write(zeros, 0, (int) Math.min(left, zeros.length));
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
