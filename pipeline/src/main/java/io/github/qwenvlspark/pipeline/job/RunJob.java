package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.config.Tasks;
import io.github.qwenvlspark.pipeline.infer.InferOptions;
import io.github.qwenvlspark.pipeline.infer.InferPartition;
import io.github.qwenvlspark.pipeline.manifest.Manifest;
import io.github.qwenvlspark.pipeline.plan.Plan;
import io.github.qwenvlspark.pipeline.plan.PlanOptions;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.RunsTable;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import io.github.qwenvlspark.pipeline.write.Tally;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.InferenceEngine.ModelInfo;
import io.github.qwenvlspark.runtime.Occupancy;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads the documents of a manifest into the results table: manifest, plan, infer, write, account.
 */
public final class RunJob {
  /**
   * Batches of the engine in a partition at least: where an executor has one Spark task at a time,
   * its batch runs empty at the end of each.
   */
  private static final int BATCHES_PER_PARTITION = 4;

  /** Partitions for each core at most. */
  private static final int PARTITIONS_PER_CORE = 32;

  /** Spark tasks that inspect documents, for each core: some documents are slow to open. */
  private static final int INSPECTIONS_PER_CORE = 4;

  private final SparkSession spark;
  private final ModelAccess models;
  private final Progress progress;

  public RunJob(SparkSession spark, ModelAccess models, Progress progress) {
    this.spark = spark;
    this.models = models;
    this.progress = progress;
  }

  /**
   * Runs. Everything that can be wrong with the request is found before the first Spark task.
   *
   * @throws BadRequestException if settings, model, tasks or manifest cannot be used
   */
  public Run run(RunRequest request, Settings given) {
    Dataset<Row> manifest =
        new Manifest(spark).read(request.manifest(), request.tasks(), request.limit());
    return run(manifest, request, given, answers -> {});
  }

  /**
   * Runs over a manifest that was read already.
   *
   * @param answers is called once, before the run is accounted for, with the rows of {@code
   *     results} for all requests of this run, answered now or before, each once
   * @throws BadRequestException if settings, model or tasks cannot be used
   */
  public Run run(
      Dataset<Row> manifest, RunRequest request, Settings given, Consumer<Dataset<Row>> answers) {
    Instant started = Instant.now();
    RunSettings settings = fitted(request.model(), RunSettings.from(given, executorCores()));
    ModelInfo model = inspect(request.model(), settings.engine());
    Map<String, Task> tasks = tasks(request, model.name());
    requireRoom(request, tasks);
    String runId = UUID.randomUUID().toString();
    ResultsTable results = new ResultsTable(spark, request.output());
    SerializableConfiguration hadoop =
        new SerializableConfiguration(spark.sessionState().newHadoopConf());

    Dataset<Row> inspected =
        Plan.inspect(
                manifest,
                spark.sparkContext().defaultParallelism() * INSPECTIONS_PER_CORE,
                new PlanOptions(tasks, settings, model.fingerprint()),
                hadoop)
            .persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> open =
        Plan.without(Plan.distinct(inspected), results.answered(request.retry()))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      // In this order: what is still open takes everything inspected, which then only needs
      // counting.
      long waiting = open.count();
      long requests = inspected.count();
      Tally tally = Tally.NONE;
      Occupancy occupancy = Occupancy.NONE;
      if (waiting > 0 || !results.exists()) {
        InferOptions options =
            new InferOptions(
                runId,
                request.model(),
                model.fingerprint(),
                tasks,
                settings,
                models.engines(),
                hadoop);
        try (Progress.Ticker ticker = progress.start(spark, waiting)) {
          Dataset<Row> outcomes =
              InferPartition.apply(
                  Plan.spread(open, partitions(waiting, settings.engine().maxBatch())),
                  options,
                  ticker.counters());
          results.write(outcomes, runId);
          tally = ticker.counters().tally().value();
          occupancy = ticker.counters().occupancy().value();
        }
      }
      requireBalanced(runId, tally, waiting);
      answers.accept(
          results
              .read()
              .join(
                  inspected.select(PlannedRow.REQUEST_KEY).distinct(),
                  new String[] {PlannedRow.REQUEST_KEY},
                  "left_semi"));
      Run run =
          new Run(
              runId,
              started,
              Instant.now(),
              request.manifest(),
              request.tasks(),
              model.name(),
              model.fingerprint(),
              given.values(),
              requests,
              tally,
              occupancy);
      new RunsTable(spark, request.output()).append(run);
      return run;
    } finally {
      open.unpersist();
      inspected.unpersist();
    }
  }

  private ModelInfo inspect(String model, EngineOptions options) {
    try {
      return models.inspect().apply(model, options);
    } catch (QwenVlException e) {
      throw new BadRequestException(e.getMessage(), e);
    }
  }

  private void requireRoom(RunRequest request, Map<String, Task> tasks) {
    for (String name : request.tasks()) {
      try {
        models.requireRoom().accept(request.model(), tasks.get(name).generation());
      } catch (QwenVlException e) {
        throw new BadRequestException("Task %s: %s".formatted(name, e.getMessage()), e);
      }
    }
  }

  /** Decides once for all executors, so that no two of them differ. */
  private RunSettings fitted(String model, RunSettings settings) {
    try {
      return new ModelFit(models.memory(), spark.sparkContext().getConf(), progress)
          .apply(model, settings);
    } catch (QwenVlException e) {
      throw new BadRequestException(e.getMessage(), e);
    }
  }

  private static Map<String, Task> tasks(RunRequest request, String modelName) {
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

  private int executorCores() {
    return spark.sparkContext().isLocal()
        ? Runtime.getRuntime().availableProcessors()
        : Integer.parseInt(spark.sparkContext().getConf().get("spark.executor.cores", "1"));
  }

  private int partitions(long rows, int maxBatch) {
    int cores = spark.sparkContext().defaultParallelism();
    long wanted = Math.max(cores, rows / maxBatch / BATCHES_PER_PARTITION);
    return (int) Math.min(wanted, (long) cores * PARTITIONS_PER_CORE);
  }

  /** No row is ever lost: what was planned was written. */
  private static void requireBalanced(String runId, Tally written, long waiting) {
    if (written.rows() != waiting) {
      throw new IllegalStateException(
          "Run %s wrote %d rows for %d requests; please report this with the run's log"
              .formatted(runId, written.rows(), waiting));
    }
  }
}
