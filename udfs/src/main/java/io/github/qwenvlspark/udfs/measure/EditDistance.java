package io.github.qwenvlspark.udfs.measure;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Levenshtein distance over code points: fewest insertions, deletions and replacements. */
public final class EditDistance {
  private EditDistance() {}

  public static int of(String a, String b) {
    return of(a.codePoints().toArray(), b.codePoints().toArray());
  }

  /**
   * Character error rate: distance over the length of the truth. An empty truth gives 0 for an
   * empty answer, else 1.
   */
  public static double characterErrorRate(String answer, String truth) {
    return rate(answer.codePoints().toArray(), truth.codePoints().toArray());
  }

  /** Word error rate: the same over words, which are what white space parts. */
  public static double wordErrorRate(String answer, String truth) {
    Map<String, Integer> numbers = new HashMap<>();
    return rate(words(answer, numbers), words(truth, numbers));
  }

  private static double rate(int[] answer, int[] truth) {
    if (truth.length == 0) {
      return answer.length == 0 ? 0 : 1;
    }
    return (double) of(answer, truth) / truth.length;
  }

  private static int[] words(String text, Map<String, Integer> numbers) {
    return Arrays.stream(text.split("\\s+", -1))
        .filter(word -> !word.isEmpty())
        .mapToInt(word -> numbers.computeIfAbsent(word, w -> numbers.size()))
        .toArray();
  }

  private static int of(int[] a, int[] b) {
    // Most answers are nearly right: what they share at both ends costs no table.
    int start = 0;
    while (start < a.length && start < b.length && a[start] == b[start]) {
      start++;
    }
    int endA = a.length;
    int endB = b.length;
    while (endA > start && endB > start && a[endA - 1] == b[endB - 1]) {
      endA--;
      endB--;
    }
    int width = endB - start;
    int[] previous = new int[width + 1];
    int[] current = new int[width + 1];
    for (int j = 0; j <= width; j++) {
      previous[j] = j;
    }
    for (int i = start; i < endA; i++) {
      current[0] = i - start + 1;
      for (int j = 1; j <= width; j++) {
        int replaced = previous[j - 1] + (a[i] == b[start + j - 1] ? 0 : 1);
        current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[width];
  }
}
