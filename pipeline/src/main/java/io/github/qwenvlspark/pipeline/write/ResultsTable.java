package io.github.qwenvlspark.pipeline.write;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;
import static org.apache.spark.sql.types.DataTypes.createMapType;

import io.delta.tables.DeltaTable;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;

/** The table {@code results}: one row for each request, an answer or a typed error. */
public final class ResultsTable {
  private static final ArrayType COORDINATES = createArrayType(IntegerType);
  private static final MapType TEXTS = createMapType(StringType, StringType);

  /** What a run says of a request. */
  public static final StructType ANSWERS =
      new StructType()
          .add("request_key", StringType)
          .add("run_id", StringType)
          .add("source_id", StringType)
          .add("uri", StringType)
          .add(
              "part",
              new StructType()
                  .add("kind", StringType)
                  .add("page", IntegerType)
                  .add("start_s", DoubleType)
                  .add("end_s", DoubleType))
          .add("task", StringType)
          .add("status", StringType)
          .add(
              "error",
              new StructType()
                  .add("type", StringType)
                  .add("message", StringType)
                  .add("retryable", BooleanType)
                  .add("attempts", IntegerType))
          .add("text", StringType)
          .add("json", StringType)
          .add(
              "elements",
              createArrayType(
                  new StructType()
                      .add("type", StringType)
                      .add("text", StringType)
                      .add("bbox", COORDINATES)
                      .add("bbox_resized", COORDINATES)
                      .add("html", StringType)))
          .add("fields", TEXTS)
          .add(
              "boxes",
              createArrayType(
                  new StructType()
                      .add("label", StringType)
                      .add("bbox", COORDINATES)
                      .add("point", COORDINATES)))
          .add(
              "moments",
              createArrayType(
                  new StructType()
                      .add("start_s", DoubleType)
                      .add("end_s", DoubleType)
                      .add("text", StringType)))
          .add("finish_reason", StringType)
          .add(
              "image",
              new StructType()
                  .add("width", IntegerType)
                  .add("height", IntegerType)
                  .add("resized_width", IntegerType)
                  .add("resized_height", IntegerType)
                  .add("frames", IntegerType))
          .add(
              "usage",
              new StructType()
                  .add("prompt_tokens", IntegerType)
                  .add("visual_tokens", IntegerType)
                  .add("completion_tokens", IntegerType))
          .add(
              "timing",
              new StructType()
                  .add("fetch_ms", DoubleType)
                  .add("media_ms", DoubleType)
                  .add("preprocess_ms", DoubleType)
                  .add("queue_ms", DoubleType)
                  .add("vision_ms", DoubleType)
                  .add("prefill_ms", DoubleType)
                  .add("decode_ms", DoubleType)
                  .add("total_ms", DoubleType))
          .add(
              "quality",
              new StructType().add("mean_logprob", DoubleType).add("min_logprob", DoubleType))
          .add(
              "model",
              new StructType()
                  .add("name", StringType)
                  .add("fingerprint", StringType)
                  .add("precision", StringType)
                  .add("device", StringType)
                  .add("preprocessor", StringType)
                  .add("runtime_version", StringType))
          .add("prompt_sha", StringType)
          .add("labels", TEXTS)
          .add("created_at", TimestampType)
          .add("text_layer", StringType)
          .add(
              "document",
              new StructType()
                  .add("fingerprint", StringType)
                  .add("bytes", LongType)
                  .add("parts", IntegerType))
          .add(
              "checks",
              new StructType()
                  .add("repeated_ngrams", DoubleType)
                  .add("empty_page", BooleanType)
                  .add("text_layer_agreement", DoubleType)
                  .add("boxes_out_of_frame", IntegerType))
          .add("dpi", DoubleType);

  /** The number of the commit that brought a row; counts from 1 on. */
  static final String COMMIT_SEQ = "commit_seq";

  /** Columns and types; a contract with users. */
  public static final StructType SCHEMA = ANSWERS.add(COMMIT_SEQ, LongType);

  private static final Map<String, String> STATISTICS =
      Map.of(
          "delta.dataSkippingStatsColumns",
          "request_key,run_id,source_id,uri,task,status,created_at," + COMMIT_SEQ);

  private final SparkSession spark;
  private final String location;

  public ResultsTable(SparkSession spark, OutputFolder output) {
    this(spark, output.results());
  }

  ResultsTable(SparkSession spark, String location) {
    this.spark = spark;
    this.location = location;
  }

  /** Whether anything was ever written. */
  public boolean exists() {
    return DeltaTable.isDeltaTable(spark, location);
  }

  /** All rows; an empty table where nothing was written yet. */
  public Dataset<Row> read() {
    return exists()
        ? spark.read().format("delta").load(location)
        : spark.createDataFrame(List.of(), SCHEMA);
  }

  /** Which errors a rerun asks again. */
  public enum Retry {
    /** Those that may pass by themselves. */
    TRANSIENT,
    /** All. */
    ALL_ERRORS
  }

  /** Whether some of the requests with these keys ended in an error. */
  public boolean hasErrorsOf(Dataset<Row> keys) {
    String[] key = {PlannedRow.REQUEST_KEY};
    return !read()
        .where(functions.col("status").equalTo("error"))
        .select(PlannedRow.REQUEST_KEY)
        .join(keys, key, "left_semi")
        .isEmpty();
  }

  /** Keys that need no new answer. */
  public Dataset<Row> answered(Retry retry) {
    return settled(read(), retry);
  }

  /** Keys of {@code results} that need no new answer. */
  public static Dataset<Row> settled(Dataset<Row> results, Retry retry) {
    Column settled =
        retry == Retry.ALL_ERRORS
            ? functions.col("status").equalTo("ok")
            : functions
                .col("status")
                .equalTo("ok")
                .or(functions.not(functions.col("error.retryable")));
    return results.where(settled).select(PlannedRow.REQUEST_KEY);
  }

  /**
   * Makes the table, or gives one of an earlier version the columns that came since.
   *
   * <p>Statistics are kept of the columns by which files are left out, whatever their place.
   */
  public void prepare() {
    TableAtHand.prepare(spark, location, SCHEMA, STATISTICS);
  }

  /** The results of requests, each once. */
  public Dataset<Row> of(Dataset<Row> requests) {
    return read()
        .join(
            requests.select(PlannedRow.REQUEST_KEY),
            new String[] {PlannedRow.REQUEST_KEY},
            "left_semi");
  }

  /**
   * The commits of a run.
   *
   * @param planned {@link #lastCommit()} before {@link #answered} was read
   * @param replaces whether some of the requests have errors in the table
   */
  public ResultsCommit commit(String runId, long planned, boolean replaces) {
    return new ResultsCommit(spark, location, runId, planned, replaces);
  }

  /** The number of the last commit; 0 before the first. */
  public long lastCommit() {
    return read()
        .agg(functions.coalesce(functions.max(COMMIT_SEQ), functions.lit(0L)))
        .head()
        .getLong(0);
  }
}
