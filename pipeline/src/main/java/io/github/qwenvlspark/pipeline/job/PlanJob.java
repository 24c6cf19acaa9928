package io.github.qwenvlspark.pipeline.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;

import io.delta.tables.DeltaTable;
import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.fetch.ShownUri;
import io.github.qwenvlspark.pipeline.job.RunSetup.Purpose;
import io.github.qwenvlspark.pipeline.manifest.Manifest;
import io.github.qwenvlspark.pipeline.plan.ExpectedAnswers;
import io.github.qwenvlspark.pipeline.plan.PartCost;
import io.github.qwenvlspark.pipeline.plan.Plan;
import io.github.qwenvlspark.pipeline.plan.PlanSummary;
import io.github.qwenvlspark.pipeline.plan.Seal;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Says what a run would do, and what it would take: manifest, inspect, count. No model is opened.
 */
public final class PlanJob {
  /** Spark tasks that inspect documents, for each core: some documents are slow to open. */
  private static final int INSPECTIONS_PER_CORE = 4;

  private static final int LAST_RUNS = 5;

  private final SparkSession spark;
  private final ModelAccess models;
  private final Progress progress;

  public PlanJob(SparkSession spark, ModelAccess models, Progress progress) {
    this.spark = spark;
    this.models = models;
    this.progress = progress;
  }

  /**
   * What is planned.
   *
   * @param output tables of earlier runs: what they answer is left out, and they tell how fast the
   *     model is and how long its answers are
   * @param tasks for manifest rows that name none
   * @param retry which errors would be asked again
   * @param limit most manifest rows
   * @param tokensPerSecond prompt tokens that one executor reads in a second, as {@code bench}
   *     measures them
   */
  public record Request(
      String manifest,
      String model,
      Optional<OutputFolder> output,
      List<String> tasks,
      Optional<String> prompt,
      Optional<Path> taskFolder,
      Retry retry,
      OptionalInt limit,
      OptionalDouble tokensPerSecond) {
    public Request {
      tasks = List.copyOf(tasks);
    }

    RunSetup.Asked asked() {
      return new RunSetup.Asked(model, tasks, prompt, taskFolder, Optional.empty());
    }
  }

  /**
   * What came out.
   *
   * @param model its name
   * @param tokensPerSecond of one executor: given, or measured in the last runs; empty where nobody
   *     knows
   * @param measured whether earlier runs told the speed
   */
  public record Planned(
      String manifest,
      String model,
      PlanSummary summary,
      OptionalDouble tokensPerSecond,
      boolean measured) {}

  /**
   * Plans.
   *
   * @throws BadRequestException if settings, model, tasks or manifest cannot be used
   */
  public Planned plan(Request request, Settings given) {
    try (JobLabel label = new JobLabel(spark.sparkContext())) {
      label.say("planning " + ShownUri.of(request.manifest()));
      return planned(request, given);
    }
  }

  private Planned planned(Request request, Settings given) {
    RunSetup setup = RunSetup.of(spark, models, progress, Purpose.PLAN, request.asked(), given);
    Dataset<Row> manifest =
        new Manifest(spark).read(request.manifest(), request.tasks(), request.limit());
    Dataset<Row> earlier =
        request
            .output()
            .map(folder -> new ResultsTable(spark, folder).read())
            .orElseGet(() -> spark.createDataFrame(List.of(), ResultsTable.SCHEMA));
    Dataset<Row> inspected =
        Plan.inspect(
            manifest,
            spark.sparkContext().defaultParallelism() * INSPECTIONS_PER_CORE,
            setup.planOptions(ExpectedAnswers.of(earlier), Seal.fresh()),
            new SerializableConfiguration(spark.sessionState().newHadoopConf()));
    OptionalDouble measured =
        request.tokensPerSecond().isPresent() ? OptionalDouble.empty() : speed(request, earlier);
    return new Planned(
        request.manifest(),
        setup.model().name(),
        PlanSummary.of(inspected, ResultsTable.settled(earlier, request.retry())),
        measured.isPresent() ? measured : request.tokensPerSecond(),
        measured.isPresent());
  }

  /** Units of the last runs' answers by the time that engines were busy with them. */
  private OptionalDouble speed(Request request, Dataset<Row> results) {
    Optional<String> runs =
        request
            .output()
            .map(OutputFolder::runs)
            .filter(path -> DeltaTable.isDeltaTable(spark, path));
    if (runs.isEmpty()) {
      return OptionalDouble.empty();
    }
    List<Row> last =
        spark
            .read()
            .format("delta")
            .load(runs.get())
            .where(col("ok").gt(0).and(col("device_seconds").gt(0)))
            .orderBy(col("started_at").desc())
            .select("run_id", "device_seconds")
            .limit(LAST_RUNS)
            .collectAsList();
    double seconds = last.stream().mapToDouble(row -> row.getDouble(1)).sum();
    Row tokens =
        results
            .where(col("run_id").isin(last.stream().map(row -> row.getString(0)).toArray()))
            .agg(
                sum("usage.prompt_tokens"),
                sum("usage.visual_tokens"),
                sum("usage.completion_tokens"))
            .head();
    return last.isEmpty() || tokens.isNullAt(0)
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            PartCost.units(tokens.getLong(0), tokens.getLong(1), (double) tokens.getLong(2))
                / seconds);
  }
}
