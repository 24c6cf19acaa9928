package io.github.qwenvlspark.pipeline.write;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import io.delta.tables.DeltaTable;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import java.util.ConcurrentModificationException;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Brings the answers of one run into the results table, so that a key is never there twice, however
 * many runs write at a time.
 *
 * <p>Commits are numbered, and a number is taken by comparing and swapping: Delta's transaction
 * identifier of the table goes from the number that was read to the next, which it does for one
 * writer only. What others committed since this run made its plan is read again before each try.
 *
 * <p>Confined to one thread.
 */
public final class ResultsCommit {
  private static final Logger LOG = LoggerFactory.getLogger(ResultsCommit.class);

  /** All writers of a results table share it. */
  private static final String TRANSACTION = "qwenvl-results";

  /** Others would have to be quicker so many times in a row. */
  private static final int TRIES = 100;

  private static final String[] KEY = {PlannedRow.REQUEST_KEY};

  private final SparkSession spark;
  private final ResultsTable table;
  private final String location;
  private final String runId;
  private final long planned;
  private final boolean replaces;

  /**
   * Writes nothing yet.
   *
   * @param planned {@link ResultsTable#lastCommit()} before the answered keys were read
   * @param replaces whether some of the keys have errors in the table
   */
  ResultsCommit(SparkSession spark, String location, String runId, long planned, boolean replaces) {
    this.spark = spark.newSession(); // settings of ours for one merge reach no other query
    this.table = new ResultsTable(this.spark, location);
    this.location = location;
    this.runId = runId;
    this.planned = planned;
    this.replaces = replaces;
  }

  /**
   * Adds the rows of a Delta table; errors that were asked again are replaced.
   *
   * @return what was left out, since another run has answered it meanwhile
   */
  public Tally commit(String staged) {
    for (int i = 0; i < TRIES; i++) {
      Dataset<Row> since = table.read().where(col(ResultsTable.COMMIT_SEQ).gt(planned));
      Column isForeign = col("run_id").notEqual(runId);
      Row seen =
          since
              .agg(
                  coalesce(max(ResultsTable.COMMIT_SEQ), lit(planned)),
                  coalesce(max(isForeign), lit(false)))
              .head();
      long number = Math.max(seen.getLong(0), taken()) + 1;
      Dataset<Row> answers = spark.read().format("delta").load(staged);
      if (!seen.getBoolean(1)) {
        if (tried(answers, number)) {
          return Tally.NONE;
        }
        continue;
      }
      Dataset<Row> foreign = since.where(isForeign).select(PlannedRow.REQUEST_KEY);
      Dataset<Row> rows = answers.join(foreign, KEY, "left_anti");
      if (rows.isEmpty() || tried(rows, number)) {
        return tally(answers.join(foreign, KEY, "left_semi"));
      }
    }
    throw new IllegalStateException(
        "Run %s could not commit to %s in %d tries: other runs were always quicker; start it again"
            .formatted(runId, location, TRIES));
  }

  /** The last number that a commit took, its rows deleted or rolled back meanwhile or not. */
  private long taken() {
    Option<Object> last =
        DeltaLog.forTable(spark, location)
            .unsafeVolatileSnapshot() // the table was read just now
            .transactions()
            .get(TRANSACTION);
    return last.isDefined() ? (long) last.get() : 0;
  }

  /** Whether the commit of this number is ours now. */
  private boolean tried(Dataset<Row> answers, long number) {
    Dataset<Row> rows = answers.withColumn(ResultsTable.COMMIT_SEQ, lit(number));
    try {
      if (replaces) {
        merge(rows, number);
      } else {
        append(rows, number);
      }
    } catch (ConcurrentModificationException e) {
      // Another one had the number, or it was ours and the store's answer got lost: the table
      // knows.
      LOG.info("Commit {} of {} met another: {}", number, location, e.getClass().getSimpleName());
    }
    // Where another one had taken the number before, Delta leaves ours out without a word.
    return !table
        .read()
        .where(col(ResultsTable.COMMIT_SEQ).equalTo(number).and(col("run_id").equalTo(runId)))
        .isEmpty();
  }

  private void append(Dataset<Row> rows, long number) {
    rows.write()
        .format("delta")
        .mode("append")
        .option("txnAppId", TRANSACTION)
        .option("txnVersion", number)
        .save(location);
  }

  private void merge(Dataset<Row> rows, long number) {
    Map<String, String> transaction =
        Map.of(
            "spark.databricks.delta.write.txnAppId",
            TRANSACTION,
            "spark.databricks.delta.write.txnVersion",
            Long.toString(number));
    transaction.forEach(spark.conf()::set);
    try {
      DeltaTable.forPath(spark, location)
          .as("old")
          .merge(rows.as("new"), "old.request_key = new.request_key AND old.status = 'error'")
          .whenMatched()
          .updateAll()
          .whenNotMatched()
          .insertAll()
          .execute();
    } finally {
      transaction.keySet().forEach(spark.conf()::unset);
    }
  }

  private static Tally tally(Dataset<Row> rows) {
    Tally tally = Tally.NONE;
    for (Row row :
        rows.groupBy(col("status"), col("error.type"))
            .agg(
                count(lit(1)),
                coalesce(sum("usage.prompt_tokens"), lit(0L)),
                coalesce(sum("usage.completion_tokens"), lit(0L)))
            .collectAsList()) {
      boolean ok = row.getString(0).equals("ok");
      tally =
          tally.plus(
              new Tally(
                  ok ? row.getLong(2) : 0,
                  ok ? Map.of() : Map.of(row.getString(1), row.getLong(2)),
                  row.getLong(3),
                  row.getLong(4)));
    }
    return tally;
  }
}
