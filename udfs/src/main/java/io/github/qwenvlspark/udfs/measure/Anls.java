package io.github.qwenvlspark.udfs.measure;

import java.util.List;
import java.util.Locale;

/**
 * Average normalized Levenshtein similarity of one answer: 1 for a right one, less for small
 * misreadings, 0 from half wrong on. Case and surrounding white space do not count.
 *
 * <p>Source: the measure of DocVQA, Mathew et al. 2021, with its threshold of 0.5.
 */
public final class Anls {
  private static final double THRESHOLD = 0.5;

  private Anls() {}

  /** The similarity to the nearest of {@code truths}; 0 if there is none. */
  public static double of(String answer, List<String> truths) {
    return truths.stream().mapToDouble(truth -> similarity(answer, truth)).max().orElse(0);
  }

  private static double similarity(String answer, String truth) {
    String a = plain(answer);
    String b = plain(truth);
    int length = Math.max(a.codePointCount(0, a.length()), b.codePointCount(0, b.length()));
    double distance = length == 0 ? 0 : (double) EditDistance.of(a, b) / length;
    return distance < THRESHOLD ? 1 - distance : 0;
  }

  private static String plain(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
