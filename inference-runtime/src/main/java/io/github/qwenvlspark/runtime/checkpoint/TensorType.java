package io.github.qwenvlspark.runtime.checkpoint;

/** Element types of weights that we can use. */
public enum TensorType {
  F32(4),
  BF16(2),
  F16(2),
  /** Bytes of a computed matrix; meaningless without its scales. */
  U8(1);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  public int bytes() {
    return bytes;
  }
}
