package io.github.qwenvlspark.pipeline.write;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.apache.spark.sql.types.DataTypes.createMapType;

import io.github.qwenvlspark.pipeline.config.Product;
import io.github.qwenvlspark.runtime.Occupancy;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;

/** The table {@code runs}: one row for each run. */
public final class RunsTable {
  private static final MapType TEXTS = createMapType(StringType, StringType);
  private static final MapType COUNTS = createMapType(StringType, LongType);

  /** Columns and types; a contract with users. */
  public static final StructType SCHEMA =
      new StructType()
          .add("run_id", StringType)
          .add("started_at", TimestampType)
          .add("finished_at", TimestampType)
          .add("manifest", StringType)
          .add("tasks", StringType)
          .add("model_name", StringType)
          .add("model_fingerprint", StringType)
          .add("settings", TEXTS)
          .add("requests", LongType)
          .add("ok", LongType)
          .add("errors", LongType)
          .add("skipped", LongType)
          .add("errors_by_type", COUNTS)
          .add("prompt_tokens", LongType)
          .add("completion_tokens", LongType)
          .add("requests_per_second", DoubleType)
          .add("versions", TEXTS)
          .add("device_seconds", DoubleType)
          .add(
              "occupancy",
              new StructType()
                  .add("elapsed_s", DoubleType)
                  .add("model_share", DoubleType)
                  .add("mean_live_rows", DoubleType)
                  .add("mean_queue_depth", DoubleType)
                  .add("vision_s", DoubleType)
                  .add("prefill_s", DoubleType)
                  .add("decode_s", DoubleType)
                  .add("vision_runs", LongType)
                  .add("vision_reused", LongType)
                  .add("prefill_chunks", LongType)
                  .add("decode_steps", LongType));

  private final SparkSession spark;
  private final String location;

  public RunsTable(SparkSession spark, OutputFolder output) {
    this.spark = spark;
    this.location = output.runs();
  }

  /**
   * What is known of a run once it is over; {@code settings} hold no secrets.
   *
   * @param occupancy of the engines of all executors together, from each one's first Spark task on
   */
  public record Run(
      String runId,
      Instant startedAt,
      Instant finishedAt,
      String manifest,
      List<String> tasks,
      String modelName,
      String modelFingerprint,
      Map<String, String> settings,
      long requests,
      Tally tally,
      Occupancy occupancy) {

    /** Requests that an earlier run had answered, and repeats within the manifest. */
    public long skipped() {
      return requests - tally.rows();
    }

    public double seconds() {
      return Duration.between(startedAt, finishedAt).toMillis() / 1000.0;
    }

    public double requestsPerSecond() {
      return tally.rows() / Math.max(seconds(), 1e-3);
    }
  }

  public void append(Run run) {
    TableAtHand.prepare(spark, location, SCHEMA, Map.of());
    spark
        .createDataFrame(
            List.of(
                RowFactory.create(
                    run.runId(),
                    Timestamp.from(run.startedAt()),
                    Timestamp.from(run.finishedAt()),
                    run.manifest(),
                    String.join(",", run.tasks()),
                    run.modelName(),
                    run.modelFingerprint(),
                    run.settings(),
                    run.requests(),
                    run.tally().ok(),
                    run.tally().errors(),
                    run.skipped(),
                    run.tally().errorsByType(),
                    run.tally().promptTokens(),
                    run.tally().completionTokens(),
                    run.requestsPerSecond(),
                    Map.of(
                        "qwenvl", Product.THIS.version(),
                        "git_commit", Product.THIS.commit(),
                        "spark", spark.version(),
                        "java", System.getProperty("java.version")),
                    run.occupancy().modelMs() / 1000,
                    occupancy(run.occupancy()))),
            SCHEMA)
        .coalesce(1)
        .write()
        .format("delta")
        .mode("append")
        .option("txnAppId", run.runId())
        .option("txnVersion", 2)
        .save(location);
  }

  private static Row occupancy(Occupancy occupancy) {
    return RowFactory.create(
        occupancy.elapsedMs() / 1000,
        occupancy.modelShare(),
        occupancy.meanLiveRows(),
        occupancy.meanQueueDepth(),
        occupancy.visionMs() / 1000,
        occupancy.prefillMs() / 1000,
        occupancy.decodeMs() / 1000,
        occupancy.visionRuns(),
        occupancy.visionReused(),
        occupancy.prefillChunks(),
        occupancy.decodeSteps());
  }
}
