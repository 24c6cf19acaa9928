package io.github.qwenvlspark.udfs.parse;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** One thing under the several names that models give it. */
final class JsonKeys {
  private JsonKeys() {}

  /** The value of the first of {@code keys} that has one other than null. */
  static Optional<JsonNode> first(JsonNode object, List<String> keys) {
    return keys.stream().filter(object::hasNonNull).findFirst().map(object::get);
  }
}
