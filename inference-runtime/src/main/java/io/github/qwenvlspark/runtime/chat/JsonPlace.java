package io.github.qwenvlspark.runtime.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A value of a conversation's JSON and where it stands, for complaints that name the place and
 * never quote the value. A key whose value is {@code null} counts as absent: tables with nested
 * columns write it for every key that a row does not use.
 *
 * @param place such as {@code messages[0].content}
 */
record JsonPlace(String place, JsonNode node) {
  /** Far above any sensible size, and safe from overflow. */
  private static final int MOST = 1_000_000_000;

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  JsonPlace at(String key) {
    return new JsonPlace(place.isEmpty() ? key : place + "." + key, node.path(key));
  }

  List<JsonPlace> items() {
    List<JsonPlace> items = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      items.add(new JsonPlace("%s[%d]".formatted(place, i), node.get(i)));
    }
    return items;
  }

  String text() {
    if (!node.isTextual()) {
      throw wrong("text is needed");
    }
    return node.textValue();
  }

  /** A whole number of at least {@code least}; 3136.0 is one. */
  OptionalInt whole(String key, int least) {
    if (!has(key)) {
      return OptionalInt.empty();
    }
    JsonNode value = node.get(key);
    double number = value.doubleValue();
    if (!value.isNumber() || number != Math.rint(number) || number < least || number > MOST) {
      throw at(key).wrong("a whole number from %,d to %,d is needed".formatted(least, MOST));
    }
    return OptionalInt.of((int) number);
  }

  OptionalDouble positive(String key) {
    OptionalDouble number = notNegative(key);
    if (number.isPresent() && number.getAsDouble() == 0) {
      throw at(key).wrong("a number above 0 is needed");
    }
    return number;
  }

  OptionalDouble notNegative(String key) {
    if (!has(key)) {
      return OptionalDouble.empty();
    }
    double number = node.get(key).doubleValue();
    if (!node.get(key).isNumber() || !(number >= 0) || number > MOST) {
      throw at(key).wrong("a number from 0 to %,d is needed".formatted(MOST));
    }
    return OptionalDouble.of(number);
  }

  QwenVlException wrong(String what) {
    return new QwenVlException(
        ErrorType.INVALID_REQUEST, place.isEmpty() ? what : place + ": " + what);
  }
}
