package io.github.qwenvlspark.pipeline.config;

import org.apache.spark.SparkConf;

/**
 * The memory of one executor as Spark asks the cluster for it, in bytes.
 *
 * @param heap Java's: Spark, pixels, texts
 * @param overhead what is outside of it: the model
 * @param offHeap Spark's own outside the heap; 0 where it is off
 */
public record ExecutorMemory(long heap, long overhead, long offHeap) {
  public static final String HEAP = "spark.executor.memory";
  public static final String OVERHEAD = "spark.executor.memoryOverhead";

  private static final long MIB = 1 << 20;

  /**
   * What Spark computes from a configuration.
   *
   * @throws BadRequestException if a value cannot be read
   */
  public static ExecutorMemory of(SparkConf conf) {
    try {
      return read(conf);
    } catch (IllegalArgumentException e) { // Spark names key and value
      throw new BadRequestException(e.getMessage(), e);
    }
  }

  private static ExecutorMemory read(SparkConf conf) {
    long heap = conf.getSizeAsMb(HEAP, "1g");
    double factor = conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    long least = conf.getSizeAsMb("spark.executor.minMemoryOverhead", "384m"); // since Spark 4
    long standard = Math.max((long) (heap * factor), least);
    long overhead = conf.contains(OVERHEAD) ? conf.getSizeAsMb(OVERHEAD) : standard;
    boolean offHeap = conf.getBoolean("spark.memory.offHeap.enabled", false);
    return new ExecutorMemory(
        heap * MIB,
        overhead * MIB,
        offHeap ? conf.getSizeAsBytes("spark.memory.offHeap.size", "0") : 0);
  }

  /**
   * Whether the cluster ends an executor that takes more. Standalone workers do not; there the
   * executor looks at its own machine.
   */
  public static boolean isEnforced(SparkConf conf) {
    String master = conf.get("spark.master", "local");
    return master.startsWith("yarn") || master.startsWith("k8s");
  }

  /** What one executor takes of its machine. */
  public long total() {
    return heap + overhead + offHeap;
  }
}
