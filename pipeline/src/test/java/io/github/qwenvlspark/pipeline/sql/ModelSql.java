package io.github.qwenvlspark.pipeline.sql;

import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import io.github.qwenvlspark.udfs.sql.SqlFunctions;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.runtime.BoxedUnit;

/** Sessions in which SQL asks a model that a test brings. */
final class ModelSql {
  private ModelSql() {}

  /** A session of its own kind: whoever opens it stops it. */
  static SparkSession open(ModelAccess models) {
    LocalSpark.stop();
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("qwenvl sql tests")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "1")
            .withExtensions(
                extensions -> {
                  new ModelInSql(models).addTo(extensions);
                  return BoxedUnit.UNIT;
                })
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    SqlFunctions.register(spark);
    return spark;
  }

  /** Rows as texts, values separated by a bar. */
  static List<String> rows(SparkSession spark, String query) {
    return spark.sql(query).collectAsList().stream().map(ModelSql::text).toList();
  }

  private static String text(Row row) {
    return row.mkString(" | ");
  }
}
