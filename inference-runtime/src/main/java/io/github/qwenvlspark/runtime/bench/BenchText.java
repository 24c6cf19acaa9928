package io.github.qwenvlspark.runtime.bench;

import java.util.Locale;

/** A bench for people: its measures one by one, and what they mean. */
public final class BenchText {
  private BenchText() {}

  /** The line above the measures. */
  public static String heading() {
    return row("measure", "weights", "best", "median", "", "cpu s", "share  by cpu", "");
  }

  /** One measure. */
  public static String line(Measure measure) {
    return row(
        measure.name(),
        measure.precision(),
        number(measure.best()),
        measure.timing().isPresent() ? number(measure.median()) : "",
        measure.unit(),
        measure.timing().map(timing -> number(timing.cpuS())).orElse(""),
        measure.share().map(BenchText::share).orElse(""),
        measure.detail());
  }

  private static String share(Roofline.Share share) {
    return String.format(
        Locale.ROOT,
        "%4.0f%%   %4.0f%% %s",
        100 * share.ofWall(),
        100 * share.ofCpu(),
        share.limit().name().toLowerCase(Locale.ROOT));
  }

  private static String row(
      String name,
      String precision,
      String best,
      String median,
      String unit,
      String cpu,
      String share,
      String detail) {
    return String.format(
            Locale.ROOT,
            "  %-26s %-7s %9s %9s %-10s %7s  %-20s  %s%n",
            name,
            precision,
            best,
            median,
            unit,
            cpu,
            share,
            detail)
        .replaceAll(" +(\\R)", "$1");
  }

  /** Three digits that count. */
  private static String number(double value) {
    double size = Math.abs(value);
    int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 || size == 0 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  /** What stands below the measures. */
  public static String summary(BenchReport report) {
    Machine machine = report.machine();
    return String.format(
        Locale.ROOT,
        """

          Best and median of several runs; cpu s: processor seconds of a run, all threads together.
          Share: the least time in which this machine could do the counted work, as a part of the time taken; by cpu: the
          same of processor time. The limit is the float32 GEMM or the memory read measured above. Counted: two operations for each multiplication of the
          linear layers and of attention (causal pairs only); weights and cached keys and values, each read once.

          checkpoint %s, model.fingerprint %s
          qwen-vl-spark %s, %d threads on %d cores of %s, %s, %.1f s
        """,
        report.model(),
        report.fingerprint(),
        report.runtimeVersion(),
        machine.threads(),
        machine.cores(),
        machine.processor(),
        machine.os(),
        report.seconds());
  }
}
