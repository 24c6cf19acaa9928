package io.github.qwenvlspark.runtime.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Golden cases kept as JSON. */
public final class GoldenJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private GoldenJson() {}

  public static JsonNode read(String fixture) {
    try {
      return MAPPER.readTree(Fixtures.path(fixture).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The list {@code key} of a fixture. */
  public static Stream<JsonNode> cases(String fixture, String key) {
    return StreamSupport.stream(read(fixture).path(key).spliterator(), false);
  }

  public static List<Integer> ints(JsonNode node) {
    List<Integer> values = new ArrayList<>();
    node.forEach(value -> values.add(value.asInt()));
    return values;
  }
}
