package io.github.qwenvlspark.udfs.measure;

import java.util.Locale;
import java.util.regex.Pattern;

/** What does not count when texts are compared. */
public enum Normalization {
  /** Everything counts. */
  NONE,
  /** White space at the ends does not count, and any run of it is one blank. */
  WHITESPACE,
  /** The same, and case does not count. */
  CASEFOLD;

  private static final Pattern BLANKS = Pattern.compile("\\s+");

  /** The text in the form in which it is compared. */
  public String apply(String text) {
    if (this == NONE) {
      return text;
    }
    String one = BLANKS.matcher(text.strip()).replaceAll(" ");
    return this == CASEFOLD ? one.toLowerCase(Locale.ROOT) : one;
  }
}
