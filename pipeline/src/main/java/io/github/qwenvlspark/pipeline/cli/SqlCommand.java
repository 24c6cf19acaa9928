package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.job.SqlJob;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code qwenvl sql}. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    description =
        "Asks the tables results and runs of an output folder, and the views latest, documents, elements, failures, cost_by_day and quality_by_source.")
final class SqlCommand implements Callable<Integer> {
  @Parameters(paramLabel = "QUERY", description = "A query in Spark SQL.")
  private String query;

  @Option(
      names = "--output",
      defaultValue = "demo-output",
      description = "Folder of the Delta tables (default: ${DEFAULT-VALUE}).")
  private String output;

  @Option(
      names = "--rows",
      defaultValue = "50",
      description = "Rows shown (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(names = "--conf", description = "A Spark setting, key=value.")
  private List<String> conf = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    try (SparkSession spark = Session.open("qwenvl sql", Session.parse(conf))) {
      new SqlJob(spark).query(new OutputFolder(output), query).show(rows, false);
    } catch (Exception e) {
      // Spark throws this checked exception without declaring it.
      if (e instanceof AnalysisException) {
        throw new BadRequestException("The query cannot be run: " + e.getMessage(), e);
      }
      throw e;
    }
    return 0;
  }
}
