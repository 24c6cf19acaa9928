package io.github.qwenvlspark.pipeline.job;

import io.delta.tables.DeltaTable;
import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.Views;
import io.github.qwenvlspark.udfs.sql.SqlFunctions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * SQL over the tables of an output folder and their {@link Views}, and over whatever else Spark
 * reads.
 */
public final class SqlJob {
  private final SparkSession spark;

  public SqlJob(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * The result of one query.
   *
   * @throws BadRequestException if the folder holds no results
   */
  public Dataset<Row> query(OutputFolder output, String sql) {
    if (!DeltaTable.isDeltaTable(spark, output.results())) {
      throw new BadRequestException(
          "No results in %s: run ./qwenvl demo or ./qwenvl run --output %s first"
              .formatted(output.root(), output.root()));
    }
    Views.register(spark, output);
    return query(sql);
  }

  /** The result of a query that needs no output folder. */
  public Dataset<Row> query(String sql) {
    SqlFunctions.register(spark);
    return spark.sql(sql);
  }
}
