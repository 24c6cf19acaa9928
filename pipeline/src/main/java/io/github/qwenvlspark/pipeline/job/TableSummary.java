package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.report.ReportSummary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The head of a report over a whole results table. */
public final class TableSummary {
  private TableSummary() {}

  /** Counts of {@code results}, of which the report shows so many documents. */
  public static ReportSummary of(String output, Dataset<Row> results, int documents) {
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
    return new ReportSummary(
        "What the model read",
        output,
        tiles,
        byType,
        List.of(),
        "At most %d documents are shown, in the order of their names.".formatted(documents));
  }
}
