package io.github.qwenvlspark.pipeline.simulate;

/** What the driver holds: an estimate by what grows, not a measurement. */
final class DriverHeap {
  /** Spark, Delta and their plans: a driver in 512 MiB came to 492 in docs/planning.md. */
  private static final long BASE = 512L << 20;

  /** A Spark task with its accumulators, in scheduler and listeners. */
  private static final long TASK = 10_000;

  /** A file that a query of the table names, with its statistics. */
  private static final long FILE = 1_500;

  private DriverHeap() {}

  /**
   * Bytes.
   *
   * @param tasks of all waves that are on their way at a time
   * @param files of the table
   */
  static long of(long tasks, long files) {
    return BASE + tasks * TASK + files * FILE;
  }
}
