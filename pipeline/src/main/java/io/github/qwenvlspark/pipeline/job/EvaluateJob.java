package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.evaluate.Evaluation;
import io.github.qwenvlspark.pipeline.manifest.Manifest;
import io.github.qwenvlspark.pipeline.manifest.ManifestColumns;
import io.github.qwenvlspark.pipeline.report.FigureTable;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.Views;
import io.github.qwenvlspark.udfs.measure.Normalization;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Holds results against a table of truths. */
public final class EvaluateJob {
  private final SparkSession spark;

  public EvaluateJob(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * Which answers.
   *
   * @param run only what this run has written; the latest answers where none is named
   */
  public record Answers(OutputFolder output, Optional<String> run) {}

  /**
   * Reads truths: a manifest with columns of what is right.
   *
   * @param tasks for truths that name none
   * @throws BadRequestException if it cannot be read
   */
  public Dataset<Row> truths(String location, List<String> tasks) {
    return new Manifest(spark).read(location, tasks, OptionalInt.empty());
  }

  /**
   * A row of measures for each truth.
   *
   * @throws BadRequestException if there are no results
   */
  public Dataset<Row> scores(Dataset<Row> truths, Answers answers, Normalization normalization) {
    return Evaluation.scores(truths, results(answers), normalization);
  }

  /** Answers to the truths' tasks of which no truth is known. */
  public long withoutTruth(Dataset<Row> truths, Answers answers) {
    Dataset<Row> asked = truths.select(ManifestColumns.TASK).distinct();
    Dataset<Row> known = truths.select(ManifestColumns.URI, ManifestColumns.TASK).distinct();
    return results(answers)
        .join(asked, new String[] {"task"}, "left_semi")
        .join(known, new String[] {"uri", "task"}, "left_anti")
        .count();
  }

  /** Few rows, for people; columns without any figure are left out. */
  public static FigureTable table(String title, Dataset<Row> figures) {
    List<Row> rows = figures.collectAsList();
    String[] names = figures.columns();
    List<Integer> shown =
        IntStream.range(0, names.length)
            .filter(column -> rows.stream().anyMatch(row -> !row.isNullAt(column)))
            .boxed()
            .toList();
    return new FigureTable(
        title,
        shown.stream().map(column -> names[column]).toList(),
        rows.stream()
            .map(row -> shown.stream().map(column -> text(row.get(column))).toList())
            .toList());
  }

  private static String text(Object value) {
    return value == null
        ? "–"
        : value instanceof Double number ? "%.4f".formatted(number) : value.toString();
  }

  private Dataset<Row> results(Answers answers) {
    if (!new ResultsTable(spark, answers.output()).exists()) {
      throw new BadRequestException("No results in %s".formatted(answers.output().root()));
    }
    Views.register(spark, answers.output());
    return answers
        .run()
        .map(run -> spark.table("results").where(functions.col("run_id").equalTo(run)))
        .orElseGet(() -> spark.table("latest"));
  }
}
