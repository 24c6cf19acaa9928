package io.github.qwenvlspark.runtime.schema;

/** A set of bytes, 0 to 255, as 256 bits. */
record ByteSet(long bits0, long bits64, long bits128, long bits192) {
  static final ByteSet NONE = new ByteSet(0, 0, 0, 0);

  static ByteSet of(int value) {
    long bit = 1L << value; // a shift counts modulo 64
    return switch (value >> 6) {
      case 0 -> new ByteSet(bit, 0, 0, 0);
      case 1 -> new ByteSet(0, bit, 0, 0);
      case 2 -> new ByteSet(0, 0, bit, 0);
      default -> new ByteSet(0, 0, 0, bit);
    };
  }

  /** All from {@code first} to {@code last}. */
  static ByteSet range(int first, int last) {
    ByteSet set = NONE;
    for (int value = first; value <= last; value++) {
      set = set.or(of(value));
    }
    return set;
  }

  ByteSet or(ByteSet other) {
    return new ByteSet(
        bits0 | other.bits0,
        bits64 | other.bits64,
        bits128 | other.bits128,
        bits192 | other.bits192);
  }

  boolean contains(int value) {
    long bits =
        switch (value >> 6) {
          case 0 -> bits0;
          case 1 -> bits64;
          case 2 -> bits128;
          default -> bits192;
        };
    return (bits >>> value & 1) != 0;
  }

  boolean isEmpty() {
    return equals(NONE);
  }
}
