package io.github.qwenvlspark.runtime.bench;

import java.util.Optional;

/**
 * What this machine can do at best, as measured in the same run with the same threads.
 *
 * @param flopsPerS of a large float32 matrix product in ONNX Runtime
 * @param bytesPerS of reading memory from end to end
 */
public record Roofline(double flopsPerS, double bytesPerS) {

  /** Which of the two holds a computation back. */
  public enum Limit {
    GEMM,
    MEMORY
  }

  /**
   * How near a computation comes to the machine.
   *
   * @param limit what would hold it back at best
   * @param value its least possible time as a part of its own; 1 is the best
   */
  public record Share(Limit limit, double value) {}

  /** Empty for uncounted work. */
  Optional<Share> share(Work work, double seconds) {
    double gemmS = work.flops() / flopsPerS;
    double memoryS = work.bytes() / bytesPerS;
    double leastS = Math.max(gemmS, memoryS);
    return leastS == 0
        ? Optional.empty()
        : Optional.of(new Share(gemmS >= memoryS ? Limit.GEMM : Limit.MEMORY, leastS / seconds));
  }
}
