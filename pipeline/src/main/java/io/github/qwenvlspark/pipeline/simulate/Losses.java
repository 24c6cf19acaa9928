package io.github.qwenvlspark.pipeline.simulate;

/** What was read in vain. Confined to one thread. */
final class Losses {
  private int executors;
  private int drivers;
  private double work;
  private int mostBuckets;

  /** A Spark task ended with its executor. */
  void task(double units) {
    work += units;
  }

  void executor() {
    executors++;
  }

  /** The driver ended, with all that was on its way. */
  void driver(double units, int buckets) {
    drivers++;
    work += units;
    mostBuckets = Math.max(mostBuckets, buckets);
  }

  int executors() {
    return executors;
  }

  int drivers() {
    return drivers;
  }

  /** In the planner's units. */
  double work() {
    return work;
  }

  /** Most buckets that were on their way when a driver was lost. */
  int mostBuckets() {
    return mostBuckets;
  }
}
