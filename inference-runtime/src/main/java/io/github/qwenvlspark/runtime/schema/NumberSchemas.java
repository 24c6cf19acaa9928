package io.github.qwenvlspark.runtime.schema;

import java.math.BigDecimal;
import java.util.Optional;

/** Schemas of type number and integer, as the language of their numbers. */
final class NumberSchemas {
  private final Languages languages;
  private final NumberWords numbers;
  private final SchemaKeywords keywords;
  private final SchemaProblems problems;

  NumberSchemas(
      Languages languages, NumberWords numbers, SchemaKeywords keywords, SchemaProblems problems) {
    this.languages = languages;
    this.numbers = numbers;
    this.keywords = keywords;
    this.problems = problems;
  }

  /** The numbers, with at most so many decimals. */
  Language read(SchemaPlace place, int mostDecimals) {
    Optional<NumberWords.Bound> low = bound(place, "minimum", "exclusiveMinimum", 1);
    Optional<NumberWords.Bound> high = bound(place, "maximum", "exclusiveMaximum", -1);
    int decimals = decimals(place, mostDecimals);
    if (low.isEmpty() && high.isEmpty() && decimals == NumberWords.MOST_DECIMALS) {
      return numbers.any();
    }
    Language between = numbers.between(low, high, decimals);
    if (between == languages.nothing()) {
      problems.add(
          place, low.isPresent() ? "minimum" : "maximum", "no number of usual length is in bounds");
    }
    return between;
  }

  /** The stricter one of two bounds; {@code sign} is 1 where the larger one is stricter. */
  private Optional<NumberWords.Bound> bound(
      SchemaPlace place, String included, String excluded, int sign) {
    Optional<BigDecimal> wide = keywords.decimal(place, included);
    Optional<BigDecimal> strict = keywords.decimal(place, excluded);
    boolean isStrict =
        strict.isPresent() && (wide.isEmpty() || strict.get().compareTo(wide.get()) * sign >= 0);
    return isStrict
        ? strict.map(value -> new NumberWords.Bound(value, true))
        : wide.map(value -> new NumberWords.Bound(value, false));
  }

  private int decimals(SchemaPlace place, int most) {
    Optional<BigDecimal> step =
        keywords.decimal(place, "multipleOf").map(BigDecimal::stripTrailingZeros);
    if (step.isEmpty()) {
      return most;
    }
    boolean isPowerOfTen =
        step.get().unscaledValue().intValue() == 1 && step.get().precision() == 1;
    if (!isPowerOfTen || step.get().scale() < 0 || step.get().scale() > NumberWords.MOST_DECIMALS) {
      problems.add(place, "multipleOf", "only 1, 0.1, 0.01 and so on can be held");
      return most;
    }
    return Math.min(most, step.get().scale());
  }
}
