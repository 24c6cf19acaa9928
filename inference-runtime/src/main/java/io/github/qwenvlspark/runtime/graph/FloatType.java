package io.github.qwenvlspark.runtime.graph;

/**
 * What a graph computes with: the element type of activations, of weights where they are used, and
 * of the KV cache. Pixels, positions, embeddings of pictures, log-probabilities and logits are
 * float32 outside the graph whatever it is.
 */
public enum FloatType {
  FLOAT32(OnnxType.FLOAT, Float.BYTES),
  FLOAT16(OnnxType.FLOAT16, Short.BYTES),
  /** What CUDA runs: the type in which the published checkpoints are stored. */
  BFLOAT16(OnnxType.BFLOAT16, Short.BYTES);

  private final int onnxType;
  private final int bytes;

  FloatType(int onnxType, int bytes) {
    this.onnxType = onnxType;
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The number of the type in {@code onnx.proto} and in the C API of ONNX Runtime. */
  public int onnxType() {
    return onnxType;
  }
}
