package io.github.qwenvlspark.runtime.bench;

import java.util.Optional;

/**
 * What this machine can do at best, as measured in the same run with the same threads.
 *
 * @param gemm a large float32 matrix product in ONNX Runtime
 * @param memory reading memory from end to end
 */
public record Roofline(Bound gemm, Bound memory) {

  /**
   * A measured bound, in operations or bytes.
   *
   * @param perS for each second of wall time
   * @param perCpuS for each second of processor time
   */
  public record Bound(double perS, double perCpuS) {
    static Bound of(double amount, Timing timing) {
      return new Bound(amount / timing.bestS(), amount / timing.cpuS());
    }
  }

  /** Which of the two holds a computation back. */
  public enum Limit {
    GEMM,
    MEMORY
  }

  /**
   * How near a computation comes to the machine; 1 is the best.
   *
   * @param limit what would hold it back at best
   * @param ofWall its least possible wall time as a part of its own
   * @param ofCpu the same of processor time: what other programs disturb least
   */
  public record Share(Limit limit, double ofWall, double ofCpu) {}

  /** Empty for uncounted work. */
  Optional<Share> share(Work work, Timing timing) {
    double gemmS = work.flops() / gemm.perS();
    double memoryS = work.bytes() / memory.perS();
    if (gemmS == 0 && memoryS == 0) {
      return Optional.empty();
    }
    return Optional.of(
        gemmS >= memoryS
            ? share(Limit.GEMM, work.flops(), gemm, timing)
            : share(Limit.MEMORY, work.bytes(), memory, timing));
  }

  private static Share share(Limit limit, double amount, Bound bound, Timing timing) {
    return new Share(
        limit, amount / bound.perS() / timing.bestS(), amount / bound.perCpuS() / timing.cpuS());
  }
}
