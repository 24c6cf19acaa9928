package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.SqlSettings;
import io.github.qwenvlspark.pipeline.job.SqlJob;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import scala.Console;
import scala.runtime.BoxedUnit;

/** {@code qwenvl sql}. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    description =
        "Asks the tables results and runs of an output folder, and the views latest, documents, elements, failures, cost_by_day, quality_by_source and quality_drift.")
final class SqlCommand implements Callable<Integer> {
  @Parameters(paramLabel = "QUERY", description = "A query in Spark SQL.")
  private String query;

  @Option(
      names = "--output",
      description =
          "Folder of the Delta tables (default: demo-output; none where --model is given).")
  private String output;

  @Option(
      names = "--model",
      description =
          "Hugging Face checkpoint directory for the functions that ask it, at the same path on every executor.")
  private String model;

  @Option(
      names = "--rows",
      defaultValue = "50",
      description = "Rows shown (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(names = "--conf", description = "A Spark setting, key=value.")
  private List<String> conf = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    Map<String, String> settings = Session.parse(conf);
    if (model != null) {
      settings.put(SqlSettings.MODEL.key(), model);
    }
    try (SparkSession spark = Session.open("qwenvl sql", settings)) {
      SqlJob job = new SqlJob(spark);
      Dataset<Row> result =
          output == null && model != null
              ? job.query(query)
              : job.query(new OutputFolder(output == null ? "demo-output" : output), query);
      show(result);
    } catch (Exception e) {
      // Spark throws this checked exception without declaring it.
      if (e instanceof AnalysisException) {
        throw new BadRequestException("The query cannot be run: " + e.getMessage(), e);
      }
      throw e;
    }
    return 0;
  }

  private void show(Dataset<Row> result) {
    PrintStream out = new PrintStream(Session.output(), false, StandardCharsets.UTF_8);
    Object unused =
        Console.withOut(
            out,
            () -> {
              result.show(rows, false);
              return BoxedUnit.UNIT;
            });
    out.flush();
  }
}
