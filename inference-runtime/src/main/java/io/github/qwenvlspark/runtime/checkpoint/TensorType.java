package io.github.qwenvlspark.runtime.checkpoint;

import java.nio.ByteBuffer;

/** Element types of weights that we can use. */
public enum TensorType {
  F32(4) {
    @Override
    float read(ByteBuffer bytes) {
      return bytes.getFloat();
    }
  },
  BF16(2) {
    @Override
    float read(ByteBuffer bytes) {
      return Float.intBitsToFloat(bytes.getShort() << 16);
    }
  },
  F16(2) {
    @Override
    float read(ByteBuffer bytes) {
      short bits = bytes.getShort();
      int exponent = bits >> 10 & 0x1f;
      int mantissa = bits & 0x3ff;
      float size =
          switch (exponent) {
            case 0 -> mantissa * 0x1p-24f;
            case 31 -> mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> Math.scalb(1 + mantissa * 0x1p-10f, exponent - 15);
          };
      return bits < 0 ? -size : size;
    }
  };

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  public int bytes() {
    return bytes;
  }

  /** The next element of a little-endian buffer; exact, since float32 holds every value. */
  abstract float read(ByteBuffer bytes);
}
