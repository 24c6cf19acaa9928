package io.github.qwenvlspark.pipeline.config;

import org.apache.spark.SparkConf;

/** Cores of an executor, as a driver knows them: an engine computes with that many threads. */
public final class ExecutorCores {
  private static final String KEY = "spark.executor.cores";

  private ExecutorCores() {}

  /**
   * One where nothing is said, as Spark has it on YARN and Kubernetes.
   *
   * @throws BadRequestException if what is said is no number
   */
  public static int of(SparkConf conf) {
    if (GpuRules.isLocal(conf)) {
      return Runtime.getRuntime().availableProcessors();
    }
    String cores = conf.get(KEY, "1");
    if (!cores.matches("[1-9]\\d{0,3}")) {
      throw new BadRequestException("%s = %s: a number is needed".formatted(KEY, cores));
    }
    return Integer.parseInt(cores);
  }

  /**
   * Whether executors may have more than a driver can know: on a standalone cluster one takes all
   * cores of its worker where nothing is said.
   */
  public static boolean areUnknown(SparkConf conf) {
    return conf.get("spark.master", "local").startsWith("spark:") && !conf.contains(KEY);
  }
}
