package io.github.qwenvlspark.runtime.graph;

/** Element types by their number in {@code onnx.proto}. */
final class OnnxType {
  static final int FLOAT = 1;
  static final int UINT8 = 2;
  static final int INT32 = 6;
  static final int INT64 = 7;
  static final int FLOAT16 = 10;
  static final int BFLOAT16 = 16;

  private OnnxType() {}
}
