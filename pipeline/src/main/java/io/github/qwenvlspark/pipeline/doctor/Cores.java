package io.github.qwenvlspark.pipeline.doctor;

import io.github.qwenvlspark.pipeline.config.ExecutorCores;
import io.github.qwenvlspark.pipeline.config.GpuRules;
import java.util.List;
import org.apache.spark.SparkConf;

/**
 * Whether the model has as many threads as there are cores for it.
 *
 * @param threads of the model
 */
record Cores(int threads, SparkConf conf) implements Check {
  private static final String NAME = "cores";

  @Override
  public List<Finding> look() {
    int cores = ExecutorCores.of(conf);
    String detail =
        "%d cores of %s, %d threads for the model"
            .formatted(cores, GpuRules.isLocal(conf) ? "this process" : "an executor", threads);
    if (threads > cores) {
      return List.of(Finding.note(NAME, detail + "; more threads than cores are slower"));
    }
    return List.of(
        ExecutorCores.areUnknown(conf)
            ? Finding.note(
                NAME,
                detail + "; an executor may take all cores of its worker: set spark.executor.cores")
            : Finding.good(NAME, detail));
  }
}
