package io.github.qwenvlspark.udfs.measure;

/** Levenshtein distance over code points: fewest insertions, deletions and replacements. */
public final class EditDistance {
  private EditDistance() {}

  public static int of(String a, String b) {
    int[] left = a.codePoints().toArray();
    int[] right = b.codePoints().toArray();
    int[] previous = new int[right.length + 1];
    int[] current = new int[right.length + 1];
    for (int j = 0; j <= right.length; j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= left.length; i++) {
      current[0] = i;
      for (int j = 1; j <= right.length; j++) {
        int replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
        current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[right.length];
  }

  /**
   * Character error rate: distance over the length of the truth. An empty truth gives 0 for an
   * empty answer, else 1.
   */
  public static double characterErrorRate(String answer, String truth) {
    int length = truth.codePointCount(0, truth.length());
    if (length == 0) {
      return answer.isEmpty() ? 0 : 1;
    }
    return (double) of(answer, truth) / length;
  }
}
