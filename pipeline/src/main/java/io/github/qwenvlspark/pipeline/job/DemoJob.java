package io.github.qwenvlspark.pipeline.job;

import static org.apache.spark.sql.functions.col;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.job.Demo.Sample;
import io.github.qwenvlspark.pipeline.report.ReportSummary;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import io.github.qwenvlspark.udfs.measure.Accuracy;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The whole product on the shipped samples: run, SQL, accuracy, report. */
public final class DemoJob {
  private static final int PAGES_SHOWN = 100;

  /** Two answers of each task. */
  private static final String ANSWERS =
      """
      SELECT task, file, page, answer FROM (
        SELECT task, regexp_extract(uri, '[^/]+$', 0) AS file, part.page AS page,
               left(regexp_replace(text, '[\\n\\t]+', ' '), 80) AS answer,
               row_number() OVER (PARTITION BY task ORDER BY uri, part.page) AS nth
        FROM results WHERE status = 'ok')
      WHERE nth <= 2 ORDER BY task, file, page
      """;

  private final SparkSession spark;
  private final Demo demo;
  private final Progress progress;
  private final PrintStream out;

  public DemoJob(SparkSession spark, Demo demo, Progress progress, PrintStream out) {
    this.spark = spark;
    this.demo = demo;
    this.progress = progress;
    this.out = out;
  }

  /** Reads all samples into {@code output} and tells what came of it. */
  public void run(Path output, Settings settings) throws IOException {
    OutputFolder folder = new OutputFolder(output.toString());
    out.println("Reading the sample pages, PDFs and clips with " + demo.model().getFileName());
    Run run =
        new RunJob(spark, ModelAccess.qwenVl(), progress)
            .run(
                new RunRequest(
                    demo.manifest().toString(),
                    demo.model().toString(),
                    folder,
                    List.of("ocr"),
                    Optional.empty(),
                    Optional.empty(),
                    Retry.TRANSIENT,
                    OptionalInt.empty()),
                settings);
    Dataset<Row> results = new ResultsTable(spark, folder).read();

    out.println();
    out.println("Some answers, by SQL:");
    show(folder, ANSWERS, 20);
    out.println("Files that cannot be read end as typed rows:");
    show(
        folder,
        "SELECT regexp_extract(uri, '[^/]+$', 0) AS file, error.type AS error, error.message AS message"
            + " FROM results WHERE status = 'error' ORDER BY file",
        20);
    Map<String, Accuracy> accuracy = demo.accuracy(answers(results));
    printAccuracy(accuracy);
    out.print(RunSummary.of(run));
    long pages =
        results.where(col("status").equalTo("ok")).select("uri", "part.page").distinct().count();
    out.printf(
        Locale.ROOT,
        "%d pages, pictures and clips read: %.1f pages/s with %.1f questions each%n",
        pages,
        pages / run.seconds(),
        (double) run.tally().ok() / pages);
    Path report = output.resolve("report.html");
    new ReportJob(spark, RunSettings.from(settings, 1))
        .write(
            results,
            TableSummary.of(folder.root(), results, spark.table("runs"), PAGES_SHOWN)
                .withAccuracy(shown(accuracy)),
            PAGES_SHOWN,
            report);
    out.println();
    out.println("Report: " + report.toAbsolutePath().normalize());
    out.println("Ask the table yourself:");
    out.println(
        "  ./qwenvl sql \"SELECT task, status, count(*) FROM results GROUP BY ALL ORDER BY ALL\"");
    out.println(
        "  ./qwenvl sql \"SELECT fields['vendor'] AS vendor, fields['total'] AS total FROM results WHERE task = 'key_information'\"");
    out.println(
        "  ./qwenvl sql \"SELECT regexp_extract(uri, '[^/]+$', 0) AS file, box.label, box.bbox FROM results LATERAL VIEW explode(boxes) AS box\"");
  }

  private void show(OutputFolder folder, String query, int rows) {
    new SqlJob(spark).query(folder, query).show(rows, false);
  }

  /** Texts by sample, as the truth names them. */
  public static Map<Sample, String> answers(Dataset<Row> results) {
    Map<Sample, String> answers = new HashMap<>();
    for (Row row :
        results
            .where(col("status").equalTo("ok"))
            .select("uri", "part.page", "task", "text")
            .collectAsList()) {
      String uri = row.getString(0);
      int page = row.isNullAt(1) ? 0 : row.getInt(1) - 1;
      answers.put(
          new Sample(uri.substring(uri.lastIndexOf('/') + 1), page, row.getString(2)),
          row.getString(3));
    }
    return answers;
  }

  private void printAccuracy(Map<String, Accuracy> accuracy) {
    out.println("Accuracy against the truth of the samples:");
    accuracy.forEach(
        (task, measured) ->
            out.printf(
                Locale.ROOT,
                "  %-18s %3d samples, %3d exact (%5.1f %%), character error rate %.2f %%%n",
                task,
                measured.samples(),
                measured.exact(),
                100 * measured.exactShare(),
                100 * measured.characterErrorRate()));
    out.println();
  }

  private static List<ReportSummary.TaskAccuracy> shown(Map<String, Accuracy> accuracy) {
    return accuracy.entrySet().stream()
        .map(
            entry ->
                new ReportSummary.TaskAccuracy(
                    entry.getKey(),
                    entry.getValue().samples(),
                    String.format(Locale.ROOT, "%.1f %%", 100 * entry.getValue().exactShare()),
                    String.format(
                        Locale.ROOT, "%.2f %%", 100 * entry.getValue().characterErrorRate())))
        .toList();
  }
}
