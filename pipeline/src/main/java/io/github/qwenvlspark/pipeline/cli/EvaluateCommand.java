package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.evaluate.Evaluation;
import io.github.qwenvlspark.pipeline.job.EvaluateJob;
import io.github.qwenvlspark.pipeline.job.EvaluateJob.Answers;
import io.github.qwenvlspark.pipeline.job.JobLabel;
import io.github.qwenvlspark.pipeline.report.FigureTable;
import io.github.qwenvlspark.pipeline.report.HtmlReport;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.udfs.measure.Normalization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code qwenvl evaluate}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = "Holds answers against a table of what is right: see docs/quality.md.")
final class EvaluateCommand implements Callable<Integer> {
  private static final int MOST_ROWS = 1000;
  private static final int WORST = 50;

  @Option(names = "--output", required = true, description = "Folder of the Delta tables.")
  private String output;

  @Option(
      names = "--truth",
      required = true,
      description =
          "Table of truths, read as a manifest: uri, perhaps page and task, and what is right: text, answers, fields, boxes, facts.")
  private String truth;

  @Option(
      names = "--task",
      split = ",",
      defaultValue = "ocr",
      description = "Task of truths that name none (default: ${DEFAULT-VALUE}).")
  private List<String> tasks;

  @Option(
      names = "--by",
      split = ",",
      description = "Groups: task, and columns of the truth (default: task).")
  private List<String> by = List.of("task");

  @Option(
      names = "--normalize",
      defaultValue = "none",
      converter = NormalizationName.class,
      description = "What does not count: none, whitespace or casefold (default: none).")
  private Normalization normalization;

  @Option(names = "--run", description = "Only answers of this run (default: the latest).")
  private String run;

  @Option(names = "--against", description = "Output folder to compare with.")
  private String against;

  @Option(
      names = "--against-run",
      description = "Run to compare with, of --against or of the same folder.")
  private String againstRun;

  @Option(names = "--save", description = "Delta table that gets the measures of every row.")
  private String save;

  @Option(names = "--report", description = "Page with all figures and the rows least right.")
  private Path report;

  @Option(names = "--conf", description = "A Spark setting, key=value.")
  private List<String> conf = new ArrayList<>();

  /** Names in lower case. */
  static final class NormalizationName implements ITypeConverter<Normalization> {
    @Override
    public Normalization convert(String name) {
      return switch (name) {
        case "none" -> Normalization.NONE;
        case "whitespace" -> Normalization.WHITESPACE;
        case "casefold" -> Normalization.CASEFOLD;
        default -> throw new TypeConversionException("none, whitespace or casefold is needed");
      };
    }
  }

  @Override
  public Integer call() {
    try (SparkSession spark = Session.open("qwenvl evaluate", Session.parse(conf));
        JobLabel label = new JobLabel(spark.sparkContext())) {
      label.say("measuring answers against truths");
      EvaluateJob job = new EvaluateJob(spark);
      Dataset<Row> truths = job.truths(truth, tasks);
      Answers answers = new Answers(new OutputFolder(output), Optional.ofNullable(run));
      Dataset<Row> scores = scores(job, truths, answers);
      if (save != null) {
        scores
            .write()
            .format("delta")
            .mode("overwrite")
            .option("overwriteSchema", "true")
            .save(save);
      }
      List<FigureTable> tables = new ArrayList<>();
      show(tables, "All", Evaluation.summary(scores, List.of()));
      if (!by.isEmpty()) {
        show(tables, "By " + String.join(", ", by), Evaluation.summary(scores, by));
      }
      if (against != null || againstRun != null) {
        Answers other =
            new Answers(
                new OutputFolder(against == null ? output : against),
                Optional.ofNullable(againstRun));
        show(
            tables,
            "Compared with " + other.run().orElse(other.output().root()),
            Evaluation.comparison(scores(job, truths, other), scores));
      }
      long without = job.withoutTruth(truths, answers);
      System.out.printf("%,d answers without a truth%n", without);
      if (report != null) {
        tables.add(EvaluateJob.table("Least right", Evaluation.worst(scores, WORST)));
        try (Writer page = Files.newBufferedWriter(report)) {
          HtmlReport.write(
              "How right the answers are",
              "%s against %s; %,d answers without a truth".formatted(output, truth, without),
              tables,
              page);
        }
        System.out.println("Report: " + report.toAbsolutePath().normalize());
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void show(List<FigureTable> tables, String title, Dataset<Row> figures) {
    figures.show(MOST_ROWS, false);
    tables.add(EvaluateJob.table(title, figures));
  }

  private Dataset<Row> scores(EvaluateJob job, Dataset<Row> truths, Answers answers) {
    return job.scores(truths, answers, normalization).persist(StorageLevel.MEMORY_AND_DISK());
  }
}
