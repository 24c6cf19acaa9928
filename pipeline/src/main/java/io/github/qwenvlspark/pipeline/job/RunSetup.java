package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.config.AskedFields;
import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.ExecutorCores;
import io.github.qwenvlspark.pipeline.config.GpuRules;
import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.config.Tasks;
import io.github.qwenvlspark.pipeline.plan.ExpectedAnswers;
import io.github.qwenvlspark.pipeline.plan.PlanOptions;
import io.github.qwenvlspark.pipeline.plan.Seal;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.InferenceEngine.ModelInfo;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.preprocess.VisualSizes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * What a request comes to with the model that it names: decided once on the driver, so that no two
 * executors differ, and the same for a run and for its plan.
 *
 * @param tasks by name, as they are for the model
 * @param sizes at which the model sees pictures
 */
public record RunSetup(
    RunSettings settings, ModelInfo model, Map<String, Task> tasks, VisualSizes sizes) {
  public RunSetup {
    tasks = Map.copyOf(tasks);
  }

  /**
   * What of a request decides its answers, beside the documents.
   *
   * @param tasks for manifest rows that name none
   * @param prompt text of the task {@code prompt}
   * @param taskFolder task files of the user
   * @param fields what {@code tasks} ask for, where the tasks do not say it themselves
   */
  public record Asked(
      String model,
      List<String> tasks,
      Optional<String> prompt,
      Optional<Path> taskFolder,
      Optional<AskedFields> fields) {}

  /** Whether the model is going to be opened. */
  public enum Purpose {
    RUN,
    PLAN
  }

  /**
   * Looks at settings, model and tasks.
   *
   * @throws BadRequestException if one of them cannot be used, or a model that is going to be
   *     opened cannot fit
   */
  public static RunSetup of(
      SparkSession spark,
      ModelAccess models,
      Progress progress,
      Purpose purpose,
      Asked request,
      Settings given) {
    SparkConf conf = spark.sparkContext().getConf();
    ModelFit fit = new ModelFit(models.memory(), conf, progress);
    RunSettings asked = RunSettings.from(given, ExecutorCores.of(conf));
    if (ExecutorCores.areUnknown(conf) && asked.engine().threads() == 1) {
      progress.say(
          "spark.executor.cores is not set: engines compute with one thread, whatever an executor has; set it");
    }
    if (purpose == Purpose.RUN) {
      Device device = asked.engine().device();
      GpuRules.require(device, conf);
      if (spark.sparkContext().isLocal()) {
        requireDevice(models, device);
      }
    }
    return of(asked, fit, models, purpose, request);
  }

  /**
   * Looks at settings, model and tasks of whoever opens the model in this process, without Spark.
   *
   * @throws BadRequestException if one of them cannot be used, or the model cannot fit
   */
  static RunSetup here(ModelAccess models, Progress progress, Asked request, Settings given) {
    RunSettings asked = RunSettings.from(given, Runtime.getRuntime().availableProcessors());
    requireDevice(models, asked.engine().device());
    ModelFit fit = new ModelFit(models.memory(), new SparkConf(false), progress);
    return of(asked, fit, models, Purpose.RUN, request);
  }

  private static RunSetup of(
      RunSettings asked, ModelFit fit, ModelAccess models, Purpose purpose, Asked request) {
    String folder = request.model();
    return usable(
        () -> {
          RunSettings settings =
              purpose == Purpose.RUN ? fit.apply(folder, asked) : fit.chosen(folder, asked);
          ModelInfo model = models.inspect().apply(folder, settings.engine());
          Map<String, Task> tasks = tasks(request, model.name());
          requireRoom(models, request, tasks);
          return new RunSetup(
              settings, model, tasks, models.sizes().apply(folder, settings.engine()));
        });
  }

  /** Where the model is opened in this process: before a million documents are looked at. */
  private static void requireDevice(ModelAccess models, Device device) {
    try {
      models.requireDevice().accept(device);
    } catch (QwenVlException e) {
      throw new BadRequestException(e.getMessage(), e);
    }
  }

  public PlanOptions planOptions(ExpectedAnswers answers, Seal seal) {
    return new PlanOptions(tasks, settings, model.fingerprint(), sizes, answers, seal);
  }

  /** Whatever is wrong with a model that the user named is for the user to mend. */
  private static RunSetup usable(Supplier<RunSetup> setup) {
    try {
      return setup.get();
    } catch (QwenVlException e) {
      throw new BadRequestException(e.getMessage(), e);
    }
  }

  private static Map<String, Task> tasks(Asked request, String modelName) {
    Tasks known = Tasks.load(request.taskFolder());
    Map<String, Task> tasks = new TreeMap<>();
    request.tasks().forEach(name -> known.get(name, modelName));
    known.names().forEach(name -> tasks.put(name, known.get(name, modelName)));
    request
        .prompt()
        .ifPresent(text -> tasks.computeIfPresent("prompt", (name, task) -> task.withPrompt(text)));
    request
        .fields()
        .ifPresent(
            fields ->
                request
                    .tasks()
                    .forEach(
                        name -> tasks.computeIfPresent(name, (key, task) -> task.asking(fields))));
    return tasks;
  }

  private static void requireRoom(ModelAccess models, Asked request, Map<String, Task> tasks) {
    for (String name : request.tasks()) {
      try {
        models.requireRoom().accept(request.model(), tasks.get(name).generation());
      } catch (QwenVlException e) {
        throw new BadRequestException("Task %s: %s".formatted(name, e.getMessage()), e);
      }
    }
  }
}
