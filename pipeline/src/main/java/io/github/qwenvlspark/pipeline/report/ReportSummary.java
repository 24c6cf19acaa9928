package io.github.qwenvlspark.pipeline.report;

import java.util.List;
import java.util.Map;

/**
 * The head of a report.
 *
 * @param tiles figures in large print, by caption
 * @param errorsByType rows that failed
 * @param accuracy measured against a truth; empty without one
 * @param tasks how each task fared
 * @param worst the answers of which the model was least certain
 * @param note where the report shows less than there is
 */
public record ReportSummary(
    String title,
    String subtitle,
    Map<String, String> tiles,
    Map<String, Long> errorsByType,
    List<TaskAccuracy> accuracy,
    List<TaskQuality> tasks,
    List<Uncertain> worst,
    String note) {
  public ReportSummary {
    accuracy = List.copyOf(accuracy);
    tasks = List.copyOf(tasks);
    worst = List.copyOf(worst);
  }

  /** Without a look at single tasks and answers. */
  public ReportSummary(
      String title,
      String subtitle,
      Map<String, String> tiles,
      Map<String, Long> errorsByType,
      List<TaskAccuracy> accuracy,
      String note) {
    this(title, subtitle, tiles, errorsByType, accuracy, List.of(), List.of(), note);
  }

  /** The same with what was measured against a truth. */
  public ReportSummary withAccuracy(List<TaskAccuracy> measured) {
    return new ReportSummary(title, subtitle, tiles, errorsByType, measured, tasks, worst, note);
  }

  /**
   * Rows of one task.
   *
   * @param cutOff answers at their longest
   * @param loops answers that ran in a circle
   */
  public record TaskQuality(
      String task,
      String rows,
      String errors,
      String cutOff,
      String loops,
      String confidence,
      String time) {}

  /** An answer and how certain the model was of it. */
  public record Uncertain(
      String document, String part, String task, String confidence, String text) {}

  /** How well one task did. */
  public record TaskAccuracy(String task, long samples, String exact, String cer) {}
}
