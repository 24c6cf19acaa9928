package io.github.qwenvlspark.runtime.bench;

import java.util.Optional;

/**
 * One figure.
 *
 * @param name what was measured
 * @param precision of the weights, or {@code -} where none take part
 * @param unit of {@code best} and {@code median}
 * @param amount what was done in one lap, in the unit's numerator; 0 where no rate is meant
 * @param timing of one lap; empty for figures that are no time
 * @param work counted in one lap
 * @param share of the machine's limit, where work is counted
 * @param detail a few words
 */
public record Measure(
    String name,
    String precision,
    String unit,
    double best,
    double median,
    double amount,
    Optional<Timing> timing,
    Work work,
    Optional<Roofline.Share> share,
    String detail) {

  /** Amount for each second; {@code unit} is what {@code amount} counts. */
  static Measure rate(
      String name,
      String precision,
      String unit,
      double amount,
      Timing timing,
      Work work,
      Optional<Roofline.Share> share,
      String detail) {
    return new Measure(
        name,
        precision,
        unit + "/s",
        amount / timing.bestS(),
        amount / timing.medianS(),
        amount,
        Optional.of(timing),
        work,
        share,
        detail);
  }

  /** Seconds. */
  static Measure seconds(String name, String precision, Timing timing, String detail) {
    return new Measure(
        name,
        precision,
        "s",
        timing.bestS(),
        timing.medianS(),
        0,
        Optional.of(timing),
        Work.UNCOUNTED,
        Optional.empty(),
        detail);
  }

  /** A figure that is no time. */
  static Measure figure(String name, String precision, String unit, double value, String detail) {
    return new Measure(
        name,
        precision,
        unit,
        value,
        value,
        0,
        Optional.empty(),
        Work.UNCOUNTED,
        Optional.empty(),
        detail);
  }
}
