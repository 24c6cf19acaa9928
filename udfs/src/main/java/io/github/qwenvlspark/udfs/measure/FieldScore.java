package io.github.qwenvlspark.udfs.measure;

import java.util.Map;

/**
 * How fields compare with the truth, as sums that can be added in any order. A field without a
 * value is one that is not there.
 *
 * @param right fields with the true value
 * @param wrong fields with another value, or that the truth does not have
 * @param missed fields of the truth that are not right
 */
public record FieldScore(long right, long wrong, long missed) {
  /** Of the fields of one answer. */
  public static FieldScore of(
      Map<String, String> answer, Map<String, String> truth, Normalization normalization) {
    long right =
        truth.entrySet().stream()
            .filter(field -> isThere(field.getValue()))
            .filter(field -> isThere(answer.get(field.getKey())))
            .filter(
                field ->
                    normalization
                        .apply(answer.get(field.getKey()))
                        .equals(normalization.apply(field.getValue())))
            .count();
    return new FieldScore(right, there(answer) - right, there(truth) - right);
  }

  /** Right ones among those given; 1 where none is given. */
  public double precision() {
    return share(right, right + wrong);
  }

  /** Right ones among those of the truth; 1 where it has none. */
  public double recall() {
    return share(right, right + missed);
  }

  /** Harmonic mean of precision and recall. */
  public double f1() {
    return share(2 * right, 2 * right + wrong + missed);
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 1 : (double) part / whole;
  }

  private static long there(Map<String, String> fields) {
    return fields.values().stream().filter(FieldScore::isThere).count();
  }

  private static boolean isThere(String value) {
    return value != null && !value.isBlank();
  }
}
