package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.config.ExecutorMemory;
import io.github.qwenvlspark.pipeline.config.GpuRules;
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
    if (GpuRules.isLocal(conf) || ExecutorMemory.isEnforced(conf)) {
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
    return GpuRules.isLocal(conf)
            || options.memoryLimit() > 0
            || !options.device().equals(Device.CPU)
        ? MemoryBudget.ofThisProcess(options)
        : new MemoryBudget(
            ExecutorMemory.of(conf).overhead(), ExecutorMemory.OVERHEAD + " of an executor");
  }
}
