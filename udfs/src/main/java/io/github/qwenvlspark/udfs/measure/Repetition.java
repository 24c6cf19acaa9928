package io.github.qwenvlspark.udfs.measure;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** How much of a text is said again: a model that goes round in circles shows here. */
public final class Repetition {
  private static final int WORDS = 4;

  /** Below this nothing can be said. */
  private static final int ENOUGH = 8;

  private Repetition() {}

  /**
   * 1 minus the share of different ones among all runs of four words: 0 where none comes twice,
   * near 1 for an endless loop. Empty for texts of fewer than eight words.
   */
  public static OptionalDouble of(String text) {
    List<String> words = Words.of(text);
    if (words.size() < ENOUGH) {
      return OptionalDouble.empty();
    }
    int runs = words.size() - WORDS + 1;
    Set<List<String>> different = new HashSet<>();
    for (int i = 0; i < runs; i++) {
      different.add(words.subList(i, i + WORDS));
    }
    return OptionalDouble.of(1 - (double) different.size() / runs);
  }
}
