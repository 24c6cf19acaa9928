package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.fetch.ShownUri;
import io.github.qwenvlspark.pipeline.infer.InferOptions;
import io.github.qwenvlspark.pipeline.job.RunSetup.Purpose;
import io.github.qwenvlspark.pipeline.manifest.Manifest;
import io.github.qwenvlspark.pipeline.plan.Buckets;
import io.github.qwenvlspark.pipeline.plan.ExpectedAnswers;
import io.github.qwenvlspark.pipeline.plan.Plan;
import io.github.qwenvlspark.pipeline.plan.Schedule;
import io.github.qwenvlspark.pipeline.plan.Seal;
import io.github.qwenvlspark.pipeline.write.ResultsCommit;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.RunsTable;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import io.github.qwenvlspark.pipeline.write.Staging;
import io.github.qwenvlspark.pipeline.write.Tally;
import io.github.qwenvlspark.runtime.InferenceEngine.ModelInfo;
import io.github.qwenvlspark.runtime.Occupancy;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads the documents of a manifest into the results table: manifest, inspect, plan, waves,
 * account.
 */
public final class RunJob {
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
    return run(
        () -> new Manifest(spark).read(request.manifest(), request.tasks(), request.limit()),
        request,
        given,
        answers -> {});
  }

  /**
   * Runs over rows of a manifest that are at hand.
   *
   * @param manifest columns as {@link Manifest#read} gives them
   * @param answers takes the results of all requests of this run, each once, whether they were
   *     answered now or before
   * @throws BadRequestException if settings, model or tasks cannot be used
   */
  public Run run(
      Dataset<Row> manifest, RunRequest request, Settings given, Consumer<Dataset<Row>> answers) {
    return run(() -> manifest, request, given, answers);
  }

  private Run run(
      Supplier<Dataset<Row>> manifest,
      RunRequest request,
      Settings given,
      Consumer<Dataset<Row>> answers) {
    try (JobLabel label = new JobLabel(spark.sparkContext())) {
      label.say("reading the manifest");
      return run(manifest, request, given, answers, label);
    }
  }

  private Run run(
      Supplier<Dataset<Row>> manifest,
      RunRequest request,
      Settings given,
      Consumer<Dataset<Row>> answers,
      JobLabel label) {
    Instant started = Instant.now();
    RunSetup setup = RunSetup.of(spark, models, progress, Purpose.RUN, request.asked(), given);
    RunSettings settings = setup.settings();
    ModelInfo model = setup.model();
    Dataset<Row> documents = manifest.get();
    SerializableConfiguration hadoop =
        new SerializableConfiguration(spark.sessionState().newHadoopConf());
    label.say("looking at the results");
    ResultsTable results = new ResultsTable(spark, request.output());
    results.prepare();
    long planned = results.lastCommit(); // before it is read what is answered
    InferOptions options =
        new InferOptions(
            UUID.randomUUID().toString(),
            request.model(),
            model.fingerprint(),
            setup.tasks(),
            settings,
            Seal.fresh(),
            models.engines(),
            hadoop);
    label.run(options.runId());

    try (Staging staging =
        Staging.open(spark, request.output(), options.runId(), settings.waves().signOfLife())) {
      label.say("inspecting documents");
      Dataset<Row> inspected =
          staging.keep(
              "inspected",
              Plan.inspect(
                  documents,
                  spark.sparkContext().defaultParallelism() * INSPECTIONS_PER_CORE,
                  setup.planOptions(ExpectedAnswers.NONE, options.seal()),
                  hadoop));
      Dataset<Row> keys = Plan.openKeys(inspected, results.answered(request.retry()));
      label.say("planning what is not answered yet");
      Outcome outcome = ask(staging, results, planned, inspected, keys, options);
      label.say("writing the account of the run");
      Run run =
          new Run(
              options.runId(),
              started,
              Instant.now(),
              ShownUri.of(request.manifest()),
              request.tasks(),
              model.name(),
              model.fingerprint(),
              given.values(),
              inspected.count(),
              outcome.written(),
              outcome.occupancy());
      answers.accept(results.of(inspected));
      new RunsTable(spark, request.output()).append(run);
      return run;
    }
  }

  /**
   * What came of the open requests.
   *
   * @param written what stands in the table now, of this run
   */
  private record Outcome(Tally written, Occupancy occupancy) {
    static final Outcome NOTHING = new Outcome(Tally.NONE, Occupancy.NONE);
  }

  private Outcome ask(
      Staging staging,
      ResultsTable results,
      long planned,
      Dataset<Row> inspected,
      Dataset<Row> openKeys,
      InferOptions options) {
    Dataset<Row> keys = openKeys.persist(StorageLevel.MEMORY_AND_DISK());
    long waiting = keys.count();
    if (waiting == 0) {
      keys.unpersist();
      return Outcome.NOTHING;
    }
    int buckets = buckets(waiting, options.settings().engine().maxBatch());
    WavePace pace =
        WavePace.of(
            options.settings().waves(),
            spark.sparkContext().defaultParallelism(),
            waiting,
            buckets);
    Dataset<Row> open = Plan.open(inspected, keys);
    if (pace.isOneWave(buckets)) {
      open.persist(StorageLevel.MEMORY_AND_DISK());
    }
    Dataset<Row> plan = Schedule.schedule(open, Schedule.target(open, buckets));
    if (!pace.isOneWave(buckets)) {
      plan = staging.keepBy(Buckets.BUCKET, "plan", plan); // it is read again and again
    }
    ResultsCommit commit = results.commit(options.runId(), planned, results.hasErrorsOf(keys));
    try (Progress.Ticker ticker = progress.start(spark, waiting);
        Waves waves = new Waves(spark, staging, commit, options, ticker.counters())) {
      Tally others = waves.ask(plan, pace, buckets);
      open.unpersist();
      keys.unpersist();
      Tally read = ticker.counters().tally().value();
      requireBalanced(options.runId(), read, waiting);
      return new Outcome(read.minus(others), ticker.counters().occupancy().value());
    }
  }

  private int buckets(long requests, int maxBatch) {
    int slots = spark.sparkContext().defaultParallelism();
    return spark.sparkContext().isLocal()
        ? BucketCount.inOneProcess(requests, maxBatch, slots)
        : BucketCount.onExecutors(requests, maxBatch, slots);
  }

  /** No row is ever lost: what was planned was read. */
  private static void requireBalanced(String runId, Tally read, long waiting) {
    if (read.rows() != waiting) {
      throw new IllegalStateException(
          "Run %s read %d rows for %d requests; please report this with the run's log"
              .formatted(runId, read.rows(), waiting));
    }
  }
}
