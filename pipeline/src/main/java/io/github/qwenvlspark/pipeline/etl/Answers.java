package io.github.qwenvlspark.pipeline.etl;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/** Rows of {@code results} on their way into tables that have one row for each part. */
public final class Answers {
  private Answers() {}

  /**
   * Each (uri, part) once. Where a manifest asks for one twice, such as with two prompts, the
   * answer that came last counts, and any answer before an error.
   */
  public static Dataset<Row> onePerPart(Dataset<Row> answers) {
    return answers
        .withColumn(
            "turn",
            row_number()
                .over(
                    Window.partitionBy("uri", "part")
                        .orderBy(
                            col("status").desc(), col("created_at").desc(), col("request_key"))))
        .where(col("turn").equalTo(1))
        .drop("turn");
  }
}
