package io.github.qwenvlspark.udfs.parse;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the fenced block of an answer: {@code ```json … ```}, in any case, perhaps never closed.
 */
final class Fence {
  private static final String MARK = "```";

  private Fence() {}

  /** Where the inside of the first fence of that language begins; empty if there is none. */
  static OptionalInt open(String text, String language) {
    Matcher fence =
        Pattern.compile(MARK + Pattern.quote(language), Pattern.CASE_INSENSITIVE).matcher(text);
    return fence.find() ? OptionalInt.of(fence.end()) : OptionalInt.empty();
  }

  /** What stands inside the first fence of that language; empty if there is none. */
  static Optional<String> find(String text, String language) {
    OptionalInt start = open(text, language);
    if (start.isEmpty()) {
      return Optional.empty();
    }
    int close = text.indexOf(MARK, start.getAsInt());
    return Optional.of(text.substring(start.getAsInt(), close < 0 ? text.length() : close));
  }
}
