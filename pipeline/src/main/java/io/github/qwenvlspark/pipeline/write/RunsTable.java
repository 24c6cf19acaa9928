package io.github.qwenvlspark.pipeline.write;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.apache.spark.sql.types.DataTypes.createMapType;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
          .add("versions", TEXTS);

  private final SparkSession spark;
  private final String location;

  public RunsTable(SparkSession spark, OutputFolder output) {
    this.spark = spark;
    this.location = output.runs();
  }

  /** What is known of a run once it is over; {@code settings} hold no secrets. */
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
      long ok,
      long errors,
      Map<String, Long> errorsByType,
      long promptTokens,
      long completionTokens) {

    /** Requests that an earlier run had answered, and repeats within the manifest. */
    public long skipped() {
      return requests - ok - errors;
    }

    public double seconds() {
      return Duration.between(startedAt, finishedAt).toMillis() / 1000.0;
    }

    public double requestsPerSecond() {
      return (ok + errors) / Math.max(seconds(), 1e-3);
    }
  }

  public void append(Run run) {
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
                    run.ok(),
                    run.errors(),
                    run.skipped(),
                    run.errorsByType(),
                    run.promptTokens(),
                    run.completionTokens(),
                    run.requestsPerSecond(),
                    Map.of(
                        "spark", spark.version(),
                        "java", System.getProperty("java.version")))),
            SCHEMA)
        .coalesce(1)
        .write()
        .format("delta")
        .mode("append")
        .option("txnAppId", run.runId())
        .option("txnVersion", 2)
        .save(location);
  }
}
