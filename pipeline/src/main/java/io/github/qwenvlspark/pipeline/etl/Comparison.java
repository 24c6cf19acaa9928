package io.github.qwenvlspark.pipeline.etl;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;

import java.sql.Timestamp;
import java.time.Instant;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Which documents to look at although no stream told of them: those that the tables do not know,
 * that are gone, that came back, whose fingerprint is another, and whose failure may have passed.
 */
public final class Comparison {
  /** Whether the source has the document. */
  public static final String PRESENT = "present";

  /** Which documents of a source are looked at. */
  public enum Extent {
    /** What changed, failed or is unknown. */
    CHANGES,
    /** All. */
    EVERYTHING
  }

  private Comparison() {}

  /**
   * Compares.
   *
   * @param source as {@link EtlSource#present} gives it
   * @param since failures of this time and later were seen by this run and have to wait for the
   *     next
   * @return {@code uri, present}
   */
  public static Dataset<Row> of(
      Dataset<Row> source, Dataset<Row> rows, Dataset<Row> failures, Instant since, Extent extent) {
    Column sameContent =
        col(EtlSource.FINGERPRINT)
            .isNull()
            .or(
                array_contains(
                    when(size(col("failed")).gt(0), col("failed")).otherwise(col("read")),
                    col(EtlSource.FINGERPRINT)));
    Column there = coalesce(col(PRESENT), lit(false));
    Column alive = coalesce(col("alive"), lit(false));
    Column look =
        extent == Extent.EVERYTHING
            ? there.or(alive)
            : there
                .notEqual(alive)
                .or(there.and(alive).and(col("again").or(not(coalesce(sameContent, lit(false))))));
    return source
        .withColumn(PRESENT, lit(true))
        .join(known(rows, failures, since), new String[] {"uri"}, "full")
        .where(look)
        .select(col("uri"), there.as(PRESENT));
  }

  /** What the tables know of each document: {@code uri, alive, read, failed, again}. */
  private static Dataset<Row> known(Dataset<Row> rows, Dataset<Row> failures, Instant since) {
    Column fingerprint = col("document_fingerprint");
    Column none = lit(null).cast("string");
    Column mayPass = col("retryable").or(fingerprint.isNull()).or(fingerprint.equalTo("unknown"));
    return rows.select(
            col("uri"),
            col("deleted_at").isNull().as("alive"),
            when(col("deleted_at").isNull(), fingerprint).as("read"),
            none.as("failed"),
            lit(false).as("again"))
        .unionByName(
            failures.select(
                col("uri"),
                lit(true).as("alive"),
                none.as("read"),
                fingerprint.as("failed"),
                mayPass.and(col("last_seen").lt(lit(Timestamp.from(since)))).as("again")))
        .groupBy("uri")
        .agg(
            max("alive").as("alive"),
            collect_set("read").as("read"),
            collect_set("failed").as("failed"),
            max("again").as("again"));
  }
}
