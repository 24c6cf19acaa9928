package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.memory.MemoryBudget;
import io.github.qwenvlspark.runtime.memory.MemoryNeed;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.spark.SparkConf;

/**
 * Whether a model fits the executors, and the precision where the user left that open: decided on
 * the driver, from configuration alone, so that every executor and every rerun has the same.
 */
final class ModelFit {
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final long MIB = 1 << 20;

  private final BiFunction<String, EngineOptions, MemoryNeed> memory;
  private final SparkConf conf;
  private final Progress progress;

  ModelFit(
      BiFunction<String, EngineOptions, MemoryNeed> memory, SparkConf conf, Progress progress) {
    this.memory = memory;
    this.conf = conf;
    this.progress = progress;
  }

  /**
   * The settings with a precision that is no longer open.
   *
   * @throws QwenVlException OUT_OF_MEMORY if the model cannot fit
   */
  RunSettings apply(String model, RunSettings settings) {
    RunSettings fitted = chosen(model, settings);
    if (isBinding()) {
      budget(settings.engine()).require(memory.apply(model, fitted.engine()));
    }
    return fitted;
  }

  /** The same where no model is opened: one that cannot fit is no matter. */
  RunSettings chosen(String model, RunSettings settings) {
    MemoryBudget budget = budget(settings.engine());
    Function<Precision, MemoryNeed> needs =
        precision -> memory.apply(model, settings.engine().with(precision));
    RunSettings fitted = settings;
    if (settings.eitherPrecision()) {
      Precision chosen = budget.choose(needs);
      progress.say(
          "Precision %s: fp32 needs %s outside the Java heap, there are %s (%s)"
              .formatted(
                  chosen.label(),
                  MemoryBudget.size(needs.apply(Precision.FP32).total()),
                  MemoryBudget.size(budget.bytes()),
                  budget.source()));
      fitted = settings.with(chosen);
    }
    return fitted;
  }

  private MemoryBudget budget(EngineOptions options) {
    return isLocal() || options.memoryLimit() > 0 || !options.device().equals(Device.CPU)
        ? MemoryBudget.ofThisProcess(options)
        : new MemoryBudget(overhead(), OVERHEAD + " of an executor");
  }

  /**
   * Standalone workers do not hold executors to their overhead; there the executor looks itself.
   */
  private boolean isBinding() {
    String master = conf.get("spark.master", "local");
    return isLocal() || master.startsWith("yarn") || master.startsWith("k8s");
  }

  private boolean isLocal() {
    return conf.get("spark.master", "local").matches("local|local\\[.*");
  }

  /** As Spark computes it. */
  private long overhead() {
    long heapMib = conf.getSizeAsMb("spark.executor.memory", "1g");
    double factor = conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    long standard = Math.max((long) (heapMib * factor), 384);
    return conf.contains(OVERHEAD) ? conf.getSizeAsMb(OVERHEAD) * MIB : standard * MIB;
  }
}
