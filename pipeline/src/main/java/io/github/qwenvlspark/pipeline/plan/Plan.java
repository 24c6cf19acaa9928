package io.github.qwenvlspark.pipeline.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.github.qwenvlspark.pipeline.manifest.ManifestColumns;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The requests of a run: documents split into parts, each once, without those that are answered.
 */
public final class Plan {
  private static final String[] KEY = {PlannedRow.REQUEST_KEY};

  private Plan() {}

  /**
   * Inspects the documents of a manifest and splits them into parts.
   *
   * @param partitions how many Spark tasks share the reading; a manifest alone is often one
   */
  public static Dataset<Row> inspect(
      Dataset<Row> manifest,
      int partitions,
      PlanOptions options,
      SerializableConfiguration hadoop) {
    return byDocument(manifest, partitions)
        .flatMap(new InspectPartition(options, hadoop), Encoders.row(PlannedRow.SCHEMA));
  }

  /** The rows of a document one after the other, so that it is opened once for all its tasks. */
  private static Dataset<Row> byDocument(Dataset<Row> manifest, int partitions) {
    Column uri = col(ManifestColumns.URI);
    return manifest
        .repartition(
            partitions,
            uri,
            // Conversations and lists of frames often share the manifest's folder as their uri.
            when(
                uri.endsWith("/"),
                xxhash64(
                    col(ManifestColumns.READING).getField("frames"),
                    col(ManifestColumns.LABELS).getItem(ManifestColumns.MESSAGES))))
        .sortWithinPartitions(uri);
  }

  /**
   * The keys of the requests that need an answer, each once. Only keys are shuffled: of a manifest
   * that is answered already nothing else moves.
   */
  public static Dataset<Row> openKeys(Dataset<Row> plan, Dataset<Row> answered) {
    return plan.select(PlannedRow.REQUEST_KEY)
        .distinct()
        .join(answered.select(PlannedRow.REQUEST_KEY), KEY, "left_anti");
  }

  /**
   * The requests with these keys; of equal ones the same place, however often and wherever this is
   * read.
   *
   * @param keys as {@link #openKeys} gives them, best persisted and counted: Spark then sends few
   *     keys to the requests, and not the requests to the keys
   */
  public static Dataset<Row> open(Dataset<Row> plan, Dataset<Row> keys) {
    String rank = "rank";
    return plan.join(keys, KEY, "left_semi")
        .withColumn(
            rank,
            row_number()
                .over(
                    Window.partitionBy(PlannedRow.REQUEST_KEY)
                        .orderBy("uri", "part_page", "part_start_s")))
        .where(col(rank).equalTo(1))
        .drop(rank);
  }
}
