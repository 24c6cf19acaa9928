package io.github.qwenvlspark.pipeline.job;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;

import io.github.qwenvlspark.pipeline.report.ReportSummary;
import io.github.qwenvlspark.pipeline.report.ReportSummary.TaskQuality;
import io.github.qwenvlspark.pipeline.report.ReportSummary.Uncertain;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The head of a report over a whole results table. */
public final class TableSummary {
  private static final int WORST = 5;
  private static final int LETTERS = 80;

  private TableSummary() {}

  /**
   * Counts, speed and quality of {@code results}, of which the report shows so many documents.
   *
   * @param runs by which they came; speeds are over all of these together
   */
  public static ReportSummary of(
      String output, Dataset<Row> results, Dataset<Row> runs, int documents) {
    long ok = 0;
    long errors = 0;
    Map<String, Long> byType = new TreeMap<>();
    for (Row group : results.groupBy("status", "error.type").count().collectAsList()) {
      if (group.getString(0).equals("ok")) {
        ok += group.getLong(2);
      } else {
        errors += group.getLong(2);
        byType.put(group.getString(1), group.getLong(2));
      }
    }
    Map<String, String> tiles = new LinkedHashMap<>();
    tiles.put("answers", Long.toString(ok));
    tiles.put("errors", Long.toString(errors));
    speeds(tiles, results, runs);
    return new ReportSummary(
        "What the model read",
        subtitle(output, runs),
        tiles,
        byType,
        List.of(),
        tasks(results),
        worst(results),
        "At most %d documents are shown, in the order of their names.".formatted(documents));
  }

  /** The last run's model. */
  private static String subtitle(String output, Dataset<Row> runs) {
    return runs
        .orderBy(col("started_at").desc())
        .select("model_name", "model_fingerprint", "run_id")
        .limit(1)
        .collectAsList()
        .stream()
        .map(
            run ->
                "%s, fingerprint %.12s, run %s, in %s"
                    .formatted(run.getString(0), run.getString(1), run.getString(2), output))
        .findFirst()
        .orElse(output);
  }

  private static void speeds(Map<String, String> tiles, Dataset<Row> results, Dataset<Row> runs) {
    long pages =
        results.where(col("status").equalTo("ok")).select("uri", "part").distinct().count();
    tiles.put("pages, pictures, clips", Long.toString(pages));
    Row sums =
        runs.selectExpr(
                "sum(double(finished_at) - double(started_at))",
                "sum(completion_tokens)",
                "try_divide(sum(occupancy.model_share * occupancy.elapsed_s), sum(occupancy.elapsed_s))",
                "try_divide(sum(occupancy.mean_live_rows * occupancy.elapsed_s), sum(occupancy.elapsed_s))")
            .first();
    if (!sums.isNullAt(0) && sums.getDouble(0) > 0) {
      double seconds = sums.getDouble(0);
      tiles.put("seconds", figure("%.1f", seconds));
      tiles.put("pages a second", figure("%.1f", pages / seconds));
      tiles.put("tokens written a second", figure("%.0f", sums.getLong(1) / seconds));
    }
    if (!sums.isNullAt(2)) {
      tiles.put("model busy", figure("%.0f %%", 100 * sums.getDouble(2)));
    }
    if (!sums.isNullAt(3)) {
      tiles.put("rows in a batch", figure("%.1f", sums.getDouble(3)));
    }
  }

  private static List<TaskQuality> tasks(Dataset<Row> results) {
    return results
        .groupBy("task")
        .agg(
            count(lit(1)),
            count_if(col("status").equalTo("error")),
            count_if(col("finish_reason").equalTo("length")),
            count_if(col("finish_reason").equalTo("repetition")),
            avg("quality.mean_logprob"),
            avg("timing.total_ms"))
        .orderBy("task")
        .collectAsList()
        .stream()
        .map(
            row ->
                new TaskQuality(
                    row.getString(0),
                    Long.toString(row.getLong(1)),
                    Long.toString(row.getLong(2)),
                    Long.toString(row.getLong(3)),
                    Long.toString(row.getLong(4)),
                    row.isNullAt(5) ? "" : confidence(row.getDouble(5)),
                    row.isNullAt(6) ? "" : figure("%.0f ms", row.getDouble(6))))
        .toList();
  }

  private static List<Uncertain> worst(Dataset<Row> results) {
    return results
        .where("status = 'ok' AND quality.mean_logprob IS NOT NULL")
        .orderBy("quality.mean_logprob", "request_key")
        .selectExpr(
            "coalesce(nullif(regexp_extract(uri, '[^/]*$', 0), ''), source_id)",
            "if(part.page IS NULL, '', concat('page ', part.page))",
            "task",
            "quality.mean_logprob",
            "left(trim(regexp_replace(text, '(```\\\\w*|<[^>]*>|\\\\s)+', ' ')), %d)"
                .formatted(LETTERS))
        .limit(WORST)
        .collectAsList()
        .stream()
        .map(
            row ->
                new Uncertain(
                    row.getString(0),
                    row.getString(1),
                    row.getString(2),
                    confidence(row.getDouble(3)),
                    row.getString(4)))
        .toList();
  }

  /** The probability of a token, on the geometric mean. */
  static String confidence(double meanLogprob) {
    return figure("%.1f %%", 100 * Math.exp(meanLogprob));
  }

  private static String figure(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
