package io.github.qwenvlspark.runtime.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Values of keywords that several types of schema have; what is wrong with one is noted. */
final class SchemaKeywords {
  /** Largest scale and precision of a number: those of a double, generously. */
  private static final int MOST_NUMBER_SIZE = 400;

  private final SchemaProblems problems;

  SchemaKeywords(SchemaProblems problems) {
    this.problems = problems;
  }

  /** A list that is not empty. */
  List<JsonNode> list(SchemaPlace place, String keyword) {
    List<JsonNode> items = new ArrayList<>();
    place.get(keyword).forEach(items::add);
    if (!place.get(keyword).isArray() || items.isEmpty()) {
      problems.add(place, keyword, "a list that is not empty is needed");
    }
    return items;
  }

  /** A whole number from 0 on. */
  int count(SchemaPlace place, String keyword, int fallback) {
    JsonNode value = place.get(keyword);
    if (value.isMissingNode()) {
      return fallback;
    }
    if (!value.isNumber()
        || !isUsual(value.decimalValue())
        || value.decimalValue().signum() < 0
        || !SchemaType.INTEGER.fits(value)) {
      problems.add(place, keyword, "a whole number of at least 0 is needed");
      return fallback;
    }
    return value.decimalValue().min(BigDecimal.valueOf(Languages.UNBOUNDED)).intValue();
  }

  /** A number, if there is one. */
  Optional<BigDecimal> decimal(SchemaPlace place, String keyword) {
    JsonNode value = place.get(keyword);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isNumber() || !isUsual(value.decimalValue())) {
      problems.add(place, keyword, "a number in the range of a double is needed");
      return Optional.empty();
    }
    return Optional.of(value.decimalValue());
  }

  /** Whether no character is a lone surrogate. */
  static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /** Whether a number may be written out. */
  static boolean isUsual(BigDecimal number) {
    return Math.abs(number.scale()) <= MOST_NUMBER_SIZE && number.precision() <= MOST_NUMBER_SIZE;
  }
}
