package io.github.qwenvlspark.udfs.measure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How many words two texts share, wherever they stand: columns may be read in another order. Takes
 * time in proportion to the texts, where an edit distance takes their product.
 */
public final class WordAgreement {
  private WordAgreement() {}

  /**
   * Twice the words in common over the words of both, each word as often as it stands in both: 1
   * for the same words, 0 for none in common. Empty where neither has a word.
   */
  public static OptionalDouble of(String a, String b) {
    List<String> wordsOfA = Words.of(a);
    List<String> wordsOfB = Words.of(b);
    if (wordsOfA.isEmpty() && wordsOfB.isEmpty()) {
      return OptionalDouble.empty();
    }
    Map<String, Integer> left = new HashMap<>();
    wordsOfA.forEach(word -> left.merge(word, 1, Integer::sum));
    int common = 0;
    for (String word : wordsOfB) {
      if (left.merge(word, -1, Integer::sum) >= 0) {
        common++;
      }
    }
    return OptionalDouble.of(2.0 * common / (wordsOfA.size() + wordsOfB.size()));
  }
}
