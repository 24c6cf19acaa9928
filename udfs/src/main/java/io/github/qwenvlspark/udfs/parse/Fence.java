package io.github.qwenvlspark.udfs.parse;

import java.util.Locale;
import java.util.Optional;

/**
 * Finds the fenced block of an answer: {@code ```json … ```}, in any case, perhaps never closed.
 */
final class Fence {
  private static final String MARK = "```";

  private Fence() {}

  /** What stands inside the first fence of that language; empty if there is none. */
  static Optional<String> find(String text, String language) {
    int open = text.toLowerCase(Locale.ROOT).indexOf(MARK + language);
    if (open < 0) {
      return Optional.empty();
    }
    int start = open + MARK.length() + language.length();
    int close = text.indexOf(MARK, start);
    return Optional.of(text.substring(start, close < 0 ? text.length() : close));
  }
}
