package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.infer.RunCounters;
import io.github.qwenvlspark.pipeline.write.Tally;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;

/** One line that says how far a run is: redrawn on a terminal, repeated now and then in a log. */
public final class Progress {
  private static final long TERMINAL_PERIOD_MS = 250;
  private static final long LOG_PERIOD_MS = 60_000;

  private final PrintStream out;
  private final Style style;

  /** Where the line goes. */
  public enum Style {
    TERMINAL,
    LOG,
    SILENT
  }

  public Progress(PrintStream out, Style style) {
    this.out = out;
    this.style = style;
  }

  /** Says one thing before the line starts. */
  void say(String sentence) {
    if (style != Style.SILENT) {
      out.println(sentence);
    }
  }

  /** Starts the line for so many requests; the caller closes the result. */
  Ticker start(SparkSession spark, long total) {
    return new Ticker(spark, total);
  }

  /** The running line and its counters. Counters grow as Spark tasks end. */
  final class Ticker implements AutoCloseable {
    private final RunCounters counters;
    private final long total;
    private final long start = System.nanoTime();
    private String printed = "";
    private final ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "qwenvl-progress");
              thread.setDaemon(true);
              return thread;
            });

    private Ticker(SparkSession spark, long total) {
      this.counters = RunCounters.of(spark.sparkContext());
      this.total = total;
      if (style != Style.SILENT) {
        long period = style == Style.TERMINAL ? TERMINAL_PERIOD_MS : LOG_PERIOD_MS;
        ScheduledFuture<?> unused =
            clock.scheduleAtFixedRate(this::print, 0, period, TimeUnit.MILLISECONDS);
      }
    }

    RunCounters counters() {
      return counters;
    }

    private synchronized void print() {
      String line = line();
      if (line.equals(printed)) {
        return;
      }
      printed = line;
      out.print(style == Style.TERMINAL ? "\r" + line + "\u001b[K" : line + System.lineSeparator());
      out.flush();
    }

    private String line() {
      Tally tally = counters.tally().value();
      long count = tally.rows();
      double seconds = (System.nanoTime() - start) / 1e9;
      double rate = count / Math.max(seconds, 1e-3);
      String rest =
          count == 0
              ? ""
              : String.format(Locale.ROOT, ", about %.0f s left", (total - count) / rate);
      return String.format(
          Locale.ROOT,
          "read %d of %d, %.1f a second, %d errors%s%s",
          count,
          total,
          rate,
          tally.errors(),
          RunSummary.busy(counters.occupancy().value()).map(busy -> ", " + busy).orElse(""),
          count >= total ? "" : rest);
    }

    @Override
    public void close() {
      clock.shutdownNow();
      if (style != Style.SILENT) {
        print();
        if (style == Style.TERMINAL) {
          out.println();
        }
      }
    }
  }
}
