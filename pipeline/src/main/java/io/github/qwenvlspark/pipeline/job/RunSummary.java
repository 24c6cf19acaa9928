package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.util.Locale;

/** What a run says at its end. */
public final class RunSummary {
  private RunSummary() {}

  /** A few lines for the terminal. */
  public static String of(Run run) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d requests = %d answered + %d errors + %d skipped; %.1f s, %.1f requests/s, %d tokens read, %d written%n",
            run.requests(),
            run.ok(),
            run.errors(),
            run.skipped(),
            run.seconds(),
            run.requestsPerSecond(),
            run.promptTokens(),
            run.completionTokens()));
    run.errorsByType().forEach((type, count) -> text.append("  %s: %d%n".formatted(type, count)));
    return text.toString();
  }
}
