package io.github.qwenvlspark.pipeline.etl;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;

import io.delta.tables.DeltaTable;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * What could not be read, one row for each part of a document, until it can be or is gone. What is
 * merged twice changes nothing.
 */
public final class FailuresTable {
  private static final String RESOLVED = "resolved";

  /** Columns and types; a contract with users. */
  static final StructType SCHEMA =
      new StructType()
          .add("source_id", StringType)
          .add("uri", StringType)
          .add("part", ResultsTable.SCHEMA.apply("part").dataType())
          .add("error_type", StringType)
          .add("message", StringType)
          .add("retryable", BooleanType)
          .add("first_seen", TimestampType)
          .add("last_seen", TimestampType)
          .add("attempts", IntegerType)
          .add("document_fingerprint", StringType)
          .add("request_key", StringType)
          .add("run_id", StringType);

  private final SparkSession spark;
  private final String location;

  public FailuresTable(SparkSession spark, String location) {
    this.spark = spark;
    this.location = location;
  }

  /** Makes the table if there is none. */
  public void prepare() {
    DeltaTable.createIfNotExists(spark).location(location).addColumns(SCHEMA).execute();
  }

  /** All failures. */
  public Dataset<Row> read() {
    return spark.read().format("delta").load(location);
  }

  /**
   * Takes over what failed of the documents of {@code looked}; what failed before and does not now
   * leaves.
   *
   * @param answers rows of {@code results}: all there are for these documents, each (uri, part)
   *     once
   * @param looked {@code uri} of every document that was looked at
   */
  public void merge(Dataset<Row> answers, Dataset<Row> looked) {
    Dataset<Row> before = read().join(looked, new String[] {"uri"}, "left_semi").select(columns());
    Dataset<Row> now = failed(answers, before);
    Dataset<Row> parts = now.select(col("uri").as("now_uri"), col("part").as("now_part"));
    Dataset<Row> resolved =
        before.join(
            parts,
            col("uri").equalTo(col("now_uri")).and(col("part").eqNullSafe(col("now_part"))),
            "left_anti");
    Dataset<Row> changes =
        now.except(before)
            .withColumn(RESOLVED, lit(false))
            .unionByName(resolved.withColumn(RESOLVED, lit(true)))
            .persist();
    try {
      if (!changes.isEmpty()) {
        Map<String, String> values =
            Arrays.stream(SCHEMA.fieldNames())
                .collect(Collectors.toMap(Function.identity(), name -> "new." + name));
        DeltaTable.forPath(spark, location)
            .as("old")
            .merge(changes.as("new"), "old.uri = new.uri AND old.part <=> new.part")
            .whenMatched("new." + RESOLVED)
            .delete()
            .whenMatched()
            .updateExpr(values)
            .whenNotMatched("NOT new." + RESOLVED)
            .insertExpr(values)
            .execute();
      }
    } finally {
      changes.unpersist();
    }
  }

  /** An attempt counts once, however often its row is merged. */
  private static Dataset<Row> failed(Dataset<Row> answers, Dataset<Row> before) {
    Column counted =
        col("old.run_id")
            .equalTo(col("new.run_id"))
            .and(col("old.request_key").equalTo(col("new.request_key")));
    return answers
        .where(col("status").equalTo("error"))
        .as("new")
        .join(
            before.as("old"),
            col("old.uri").equalTo(col("new.uri")).and(col("old.part").eqNullSafe(col("new.part"))),
            "left")
        .select(
            col("new.source_id"),
            col("new.uri"),
            col("new.part"),
            col("new.error.type").as("error_type"),
            col("new.error.message").as("message"),
            col("new.error.retryable").as("retryable"),
            coalesce(col("old.first_seen"), col("new.created_at")).as("first_seen"),
            col("new.created_at").as("last_seen"),
            when(counted, col("old.attempts"))
                .otherwise(coalesce(col("old.attempts"), lit(0)).plus(col("new.error.attempts")))
                .as("attempts"),
            col("new.document_fingerprint"),
            col("new.request_key"),
            col("new.run_id"));
  }

  private static Column[] columns() {
    return Arrays.stream(SCHEMA.fieldNames()).map(name -> col(name)).toArray(Column[]::new);
  }
}
