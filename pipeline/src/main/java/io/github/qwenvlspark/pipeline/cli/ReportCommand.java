package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.job.ReportJob;
import io.github.qwenvlspark.pipeline.job.TableSummary;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.Views;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code qwenvl report}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = "Writes results as one HTML page with the documents and their boxes.")
final class ReportCommand implements Callable<Integer> {
  @Option(names = "--output", required = true, description = "Folder of the Delta tables.")
  private String output;

  @Option(
      names = "--file",
      defaultValue = "report.html",
      description = "The page (default: ${DEFAULT-VALUE}).")
  private Path file;

  @Option(
      names = "--documents",
      defaultValue = "100",
      description = "Documents shown (default: ${DEFAULT-VALUE}).")
  private int documents;

  @Option(names = "--conf", description = "A Spark or spark.qwenvl setting, key=value.")
  private List<String> conf = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    Map<String, String> overrides = Session.parse(conf);
    Settings settings = Session.settings(overrides);
    RunSettings checked = RunSettings.from(settings, 1);
    try (SparkSession spark = Session.open("qwenvl report", overrides)) {
      OutputFolder folder = new OutputFolder(output);
      Views.register(spark, folder);
      Dataset<Row> results = spark.table("results");
      Dataset<Row> runs = spark.table("runs");
      new ReportJob(spark, checked)
          .write(results, TableSummary.of(output, results, runs, documents), documents, file);
    }
    System.out.println("Report: " + file.toAbsolutePath().normalize());
    return 0;
  }
}
