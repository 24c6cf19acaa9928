package io.github.qwenvlspark.pipeline.etl;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.delta.tables.DeltaTable;
import io.github.qwenvlspark.pipeline.fetch.ShownUri;
import io.github.qwenvlspark.pipeline.manifest.Manifest;
import io.github.qwenvlspark.pipeline.manifest.ManifestColumns;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.types.DataTypes;

/**
 * A manifest that is a Delta table. With its change data feed the stream tells of rows that were
 * inserted, updated or deleted; without it of rows in commits that only append.
 */
final class ManifestTable implements EtlSource {
  /** Documents are known as tables show them: without credentials. */
  private static final UserDefinedFunction SHOWN =
      udf((UDF1<String, String>) ShownUri::of, DataTypes.StringType);

  private final SparkSession spark;
  private final String location;
  private final String task;
  private final boolean changeFeed;

  ManifestTable(SparkSession spark, String location, String task) {
    this.spark = spark;
    this.location = location;
    this.task = task;
    Map<String, String> properties =
        DeltaTable.forPath(spark, location).detail().select("properties").first().getJavaMap(0);
    this.changeFeed = Boolean.parseBoolean(properties.get("delta.enableChangeDataFeed"));
  }

  @Override
  public String stream() {
    return changeFeed ? "changes" : "appends";
  }

  /** Delta bounds a batch by the table's files alone, a thousand of them. */
  @Override
  public Dataset<Row> arriving(int most) {
    DataStreamReader reader = spark.readStream().format("delta");
    Dataset<Row> stream =
        (changeFeed
                ? reader.option("readChangeFeed", "true")
                : reader.option("skipChangeCommits", "true"))
            .load(location);
    return new Manifest(spark)
        .of(stream, location, List.of(task))
        .select(shown().as(ManifestColumns.URI));
  }

  @Override
  public Dataset<Row> rowsOf(Dataset<Row> uris) {
    String wanted = "wanted";
    return rows()
        .join(
            uris.select(col(ManifestColumns.URI).as(wanted)),
            shown().equalTo(col(wanted)),
            "left_semi");
  }

  /** The table does not know its documents' fingerprints: they are looked up when they are read. */
  @Override
  public Dataset<Row> present() {
    return rows()
        .select(shown().as(ManifestColumns.URI))
        .distinct()
        .withColumn(FINGERPRINT, lit(null).cast("string"));
  }

  private static Column shown() {
    return SHOWN.apply(col(ManifestColumns.URI));
  }

  private Dataset<Row> rows() {
    return new Manifest(spark)
        .read(location, List.of(task), OptionalInt.empty())
        .where(col(ManifestColumns.TASK).equalTo(task));
  }
}
