package io.github.qwenvlspark.runtime.checkpoint;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A JSON object of a checkpoint with typed access; every complaint names file and key. */
record JsonFile(Path file, JsonNode root) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static JsonFile read(Path file) {
    try {
      return new JsonFile(file, parse(file, Files.readString(file)));
    } catch (IOException e) {
      throw CheckpointProblem.in(file, "cannot be read", e);
    }
  }

  /** A missing file reads as an empty object. */
  static JsonFile readIfPresent(Path file) {
    return Files.exists(file) ? read(file) : new JsonFile(file, MAPPER.createObjectNode());
  }

  static JsonNode parse(Path file, String json) {
    try {
      JsonNode node = MAPPER.readTree(json);
      if (node == null || !node.isObject()) {
        throw CheckpointProblem.in(file, "a JSON object is expected");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw CheckpointProblem.in(file, "no valid JSON" + where(e.getLocation()));
    }
  }

  /** What is nested too deep or has too many digits comes without a place. */
  private static String where(JsonLocation location) {
    return location == null
        ? ""
        : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }

  JsonFile child(String key) {
    JsonNode node = root.path(key);
    return new JsonFile(file, node.isObject() ? node : MAPPER.createObjectNode());
  }

  boolean has(String key) {
    return root.hasNonNull(key);
  }

  int requireInt(String key) {
    if (!root.path(key).canConvertToInt()) {
      throw CheckpointProblem.in(file, "key %s is missing or no whole number".formatted(key));
    }
    return root.get(key).asInt();
  }

  int intOr(String key, int fallback) {
    return has(key) ? requireInt(key) : fallback;
  }

  double doubleOr(String key, double fallback) {
    if (!has(key)) {
      return fallback;
    }
    if (!root.get(key).isNumber()) {
      throw CheckpointProblem.in(file, "key %s is no number".formatted(key));
    }
    return root.get(key).asDouble();
  }

  Optional<String> string(String key) {
    return root.path(key).isTextual() ? Optional.of(root.get(key).asText()) : Optional.empty();
  }

  /** A number or a list of numbers; empty where the key is missing. */
  List<Integer> ints(String key) {
    List<Integer> values = new ArrayList<>();
    JsonNode node = root.path(key);
    if (node.isInt()) {
      values.add(node.asInt());
    }
    for (JsonNode value : node) {
      values.add(value.asInt());
    }
    return values;
  }

  /** A list of texts; empty where the key is missing or holds something else. */
  List<String> strings(String key) {
    List<String> values = new ArrayList<>();
    for (JsonNode value : root.path(key)) {
      values.add(value.asText());
    }
    return values;
  }

  float[] floats(String key) {
    JsonNode node = root.path(key);
    float[] values = new float[node.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) node.get(i).asDouble();
    }
    return values;
  }
}
