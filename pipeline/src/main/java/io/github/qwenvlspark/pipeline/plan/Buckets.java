package io.github.qwenvlspark.pipeline.plan;

import static org.apache.spark.sql.functions.col;

import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/** Requests that one Spark task reads, one after the other. */
public final class Buckets {
  /** Column of the bucket's number, from 0 on. */
  public static final String BUCKET = "bucket";

  private Buckets() {}

  /**
   * The buckets {@code first} to {@code last - 1} of a plan as one partition each, in their order;
   * neighbouring pages of a document follow each other.
   */
  public static Dataset<Row> partitions(Dataset<Row> plan, int first, int last) {
    Dataset<Row> wanted = plan.where(col(BUCKET).between(first, last - 1));
    int column = wanted.schema().fieldIndex(BUCKET);
    // Spark's own repartition() hashes numbers once more, so that two buckets could meet.
    JavaPairRDD<Integer, Row> byBucket =
        wanted
            .javaRDD()
            .mapToPair(row -> new Tuple2<>(row.getInt(column) - first, row))
            .partitionBy(new HashPartitioner(last - first));
    return plan.sparkSession()
        .createDataFrame(byBucket.values(), wanted.schema())
        .sortWithinPartitions("uri", "part_page", "part_start_s", "task");
  }
}
