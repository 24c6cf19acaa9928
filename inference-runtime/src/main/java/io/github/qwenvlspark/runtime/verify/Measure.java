package io.github.qwenvlspark.runtime.verify;

/**
 * One thing that was checked.
 *
 * @param name stable: scripts may look for it
 * @param cases how many comparisons were made
 * @param largestError of all cases; 1 for a difference that has no size
 * @param tolerance largest error that is still green; 0 where equality is demanded
 * @param detail what was compared; of a red measure, what is wrong first
 */
public record Measure(
    String name, int cases, double largestError, double tolerance, Verdict verdict, String detail) {

  /** A measure that could not be taken. */
  static Measure failed(String name, String reason) {
    return new Measure(name, 0, 1, 0, Verdict.RED, reason);
  }
}
