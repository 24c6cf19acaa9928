package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.write.Tally;
import java.util.Locale;

/**
 * What an extraction says at its end.
 *
 * @param tally what the model was asked by this run
 * @param known requests that were answered before
 * @param alive rows of the table that the source has
 * @param problems of these, rows with a value that its type could not hold
 * @param deleted rows of the table that the source has no more
 * @param failures rows of the table of failures
 */
public record EtlSummary(
    String table, Tally tally, long known, long alive, long problems, long deleted, long failures) {
  /** The share of requests of this run that ended in an error; 0 where nothing was asked. */
  public double errorRate() {
    return tally.rows() == 0 ? 0 : (double) tally.errors() / tally.rows();
  }

  /** A few lines for the terminal. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %d rows (%d with values that need a look), %d deleted, %d failures%n",
            table,
            alive,
            problems,
            deleted,
            failures));
    text.append(
        String.format(
            Locale.ROOT,
            "this run: %d answered + %d errors, %d known before%n",
            tally.ok(),
            tally.errors(),
            known));
    tally.errorsByType().forEach((type, count) -> text.append("  %s: %d%n".formatted(type, count)));
    return text.toString();
  }
}
