package io.github.qwenvlspark.pipeline.report;

import java.util.List;
import java.util.Map;

/**
 * The head of a report.
 *
 * @param tiles figures in large print, by caption
 * @param errorsByType rows that failed
 * @param accuracy measured against a truth; empty without one
 * @param note where the report shows less than there is
 */
public record ReportSummary(
    String title,
    String subtitle,
    Map<String, String> tiles,
    Map<String, Long> errorsByType,
    List<TaskAccuracy> accuracy,
    String note) {
  public ReportSummary {
    accuracy = List.copyOf(accuracy);
  }

  /** How well one task did. */
  public record TaskAccuracy(String task, long samples, String exact, String cer) {}
}
