package io.github.qwenvlspark.runtime.verify;

import java.util.Locale;
import java.util.function.Supplier;

/** Counts the cases of a measure and keeps its largest error and its first failure. */
final class Tally {
  private final String name;
  private final double tolerance;
  private int cases;
  private int failures;
  private double largest;
  private String first = "";

  private Tally(String name, double tolerance) {
    this.name = name;
    this.tolerance = tolerance;
  }

  /** Cases that must be equal. */
  static Tally exact(String name) {
    return new Tally(name, 0);
  }

  /** Cases whose error may be up to {@code tolerance}. */
  static Tally within(String name, double tolerance) {
    return new Tally(name, tolerance);
  }

  /** One more case: whether it came out as wanted. */
  void equal(String what, boolean equal) {
    error(what, equal ? 0 : 1);
  }

  /** The same for many cases, whose description is made only if it is needed. */
  void equal(Supplier<String> what, boolean equal) {
    equal(equal ? "" : what.get(), equal);
  }

  /** One more case, whose numbers must be the same; the error is their largest difference. */
  void equal(String what, int[] actual, int[] wanted) {
    if (actual.length != wanted.length) {
      error(what + ": %d numbers, %d wanted".formatted(actual.length, wanted.length), 1);
      return;
    }
    double worst = 0;
    for (int i = 0; i < wanted.length; i++) {
      worst = Math.max(worst, Math.abs((double) actual[i] - wanted[i]));
    }
    error(what, worst);
  }

  /** One more case with two float32 arrays, whose values must be finite. */
  void close(String what, float[] actual, float[] wanted) {
    error(what, actual.length == wanted.length ? difference(actual, wanted) : Double.NaN);
  }

  private static double difference(float[] actual, float[] wanted) {
    double worst = 0;
    for (int i = 0; i < wanted.length; i++) {
      double error = Math.abs((double) actual[i] - wanted[i]);
      if (!Double.isFinite(error)) {
        return Double.NaN;
      }
      worst = Math.max(worst, error);
    }
    return worst;
  }

  /** One more case with its error; NaN is the largest of all. */
  void error(String what, double error) {
    cases++;
    double size = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
    largest = Math.max(largest, size);
    if (size > tolerance) {
      failures++;
      if (first.isEmpty()) {
        first = what;
      }
    }
  }

  /** The measure; {@code what} says what was compared if nothing failed. */
  Measure measure(String what) {
    if (cases == 0) {
      return new Measure(name, 0, 0, tolerance, Verdict.RED, "nothing was compared");
    }
    return failures == 0
        ? new Measure(name, cases, largest, tolerance, Verdict.GREEN, what)
        : new Measure(
            name,
            cases,
            largest,
            tolerance,
            Verdict.RED,
            String.format(Locale.ROOT, "%,d of %,d differ; first: %s", failures, cases, first));
  }
}
