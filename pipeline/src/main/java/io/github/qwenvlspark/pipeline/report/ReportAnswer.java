package io.github.qwenvlspark.pipeline.report;

import java.util.List;
import java.util.Map;

/**
 * One answer, or one error, of a page.
 *
 * @param fields values as text; a missing one is the empty string
 * @param parsed a parsed page as clean HTML, by {@link CleanPage} alone; empty for other answers
 * @param facts what else is known, by name: tokens, times, model
 * @param moments such as {@code 0.0 – 2.0 s: a square moves}
 * @param errorType empty for an answer
 */
public record ReportAnswer(
    String task,
    String text,
    String parsed,
    Map<String, String> fields,
    List<String> moments,
    String errorType,
    String errorMessage,
    String finishReason,
    long totalMs,
    String confidence,
    Map<String, String> facts) {
  public ReportAnswer {
    moments = List.copyOf(moments);
  }

  public boolean failed() {
    return !errorType.isEmpty();
  }
}
