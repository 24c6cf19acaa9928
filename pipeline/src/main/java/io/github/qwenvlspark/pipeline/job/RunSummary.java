package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import io.github.qwenvlspark.runtime.Occupancy;
import java.util.Locale;
import java.util.Optional;

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
            run.tally().ok(),
            run.tally().errors(),
            run.skipped(),
            run.seconds(),
            run.requestsPerSecond(),
            run.tally().promptTokens(),
            run.tally().completionTokens()));
    busy(run.occupancy()).ifPresent(busy -> text.append(busy).append(System.lineSeparator()));
    run.tally()
        .errorsByType()
        .forEach((type, count) -> text.append("  %s: %d%n".formatted(type, count)));
    return text.toString();
  }

  /** How busy the engines were; empty where none ran. */
  static Optional<String> busy(Occupancy occupancy) {
    return occupancy.elapsedMs() == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "model busy %.0f %% of %.1f s with %.1f rows at once, %.1f waiting",
                100 * occupancy.modelShare(),
                occupancy.elapsedMs() / 1000,
                occupancy.meanLiveRows(),
                occupancy.meanQueueDepth()));
  }
}
