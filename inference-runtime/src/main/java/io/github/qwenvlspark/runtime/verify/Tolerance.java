package io.github.qwenvlspark.runtime.verify;

/** What counts as equal. */
final class Tolerance {
  /**
   * Float32 logits of two ways of computing the same. Two attention kernels of the reference differ
   * by up to 3e-5 on logits of standard deviation 2.5; bfloat16 against float32 differs by 0.2.
   */
  static final double LOGITS = 1e-3;

  private Tolerance() {}
}
