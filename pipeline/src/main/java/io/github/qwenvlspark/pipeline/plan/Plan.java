package io.github.qwenvlspark.pipeline.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.hash;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The requests of a run: documents split into parts, each once, without those that are answered.
 */
public final class Plan {
  /** Pages of one PDF that stay together, so that it is opened once for them. */
  private static final int PAGES_TOGETHER = 16;

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
    return manifest
        .repartition(partitions)
        .flatMap(new InspectPartition(options, hadoop), Encoders.row(PlannedRow.SCHEMA));
  }

  /** Equal requests are asked once. */
  public static Dataset<Row> distinct(Dataset<Row> plan) {
    return plan.dropDuplicates(PlannedRow.REQUEST_KEY);
  }

  /** Leaves out the requests whose keys are in {@code answered}. */
  public static Dataset<Row> without(Dataset<Row> plan, Dataset<Row> answered) {
    return plan.join(
        answered.select(PlannedRow.REQUEST_KEY),
        plan.col(PlannedRow.REQUEST_KEY).equalTo(answered.col(PlannedRow.REQUEST_KEY)),
        "left_anti");
  }

  /**
   * Gives each request a bucket, which one Spark task reads. Neighbouring pages of a document stay
   * together, and so do the tasks on a page or on a segment of a clip: the engine encodes and reads
   * it once for all of them.
   */
  public static Dataset<Row> buckets(Dataset<Row> plan, int buckets) {
    return plan.withColumn(
        Buckets.BUCKET,
        pmod(
            hash(
                col("uri"),
                floor(col("part_page").divide(PAGES_TOGETHER)),
                col("part_start_s"),
                // Conversations and lists of frames often share the manifest's folder as their uri.
                when(
                    col("part_kind").isin(Part.MESSAGES, Part.FRAMES),
                    col(PlannedRow.REQUEST_KEY))),
            lit(buckets)));
  }
}
