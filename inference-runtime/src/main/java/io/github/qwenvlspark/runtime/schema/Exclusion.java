package io.github.qwenvlspark.runtime.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Whether two schemas surely have no value in common: by their types, by their listed values, or by
 * a required property of which this can be said. What is not sure counts as overlap.
 *
 * @param targets schemas by reference
 */
record Exclusion(Function<String, Optional<JsonNode>> targets) {
  private static final int MOST_STEPS = 16;

  /** Whether no value fits both. */
  boolean holds(JsonNode one, JsonNode other) {
    return holds(one, other, MOST_STEPS);
  }

  private boolean holds(JsonNode one, JsonNode other, int steps) {
    if (steps == 0) {
      return false;
    }
    JsonNode a = resolved(one);
    JsonNode b = resolved(other);
    for (String union : List.of("anyOf", "oneOf")) {
      if (a.has(union)) {
        return eachHolds(a.get(union), b, steps);
      }
      if (b.has(union)) {
        return eachHolds(b.get(union), a, steps);
      }
    }
    if (a.path("nullable").asBoolean() && b.path("nullable").asBoolean()) {
      return false;
    }
    Optional<List<JsonNode>> valuesOfA = values(a);
    Optional<List<JsonNode>> valuesOfB = values(b);
    if (valuesOfA.isPresent() && valuesOfB.isPresent()) {
      return valuesOfA.get().stream()
          .noneMatch(v -> valuesOfB.get().stream().anyMatch(w -> same(v, w)));
    }
    if (valuesOfA.isPresent() || valuesOfB.isPresent()) {
      Set<SchemaType> types = SchemaType.of(valuesOfA.isPresent() ? b : a);
      return !types.isEmpty()
          && (valuesOfA.isPresent() ? valuesOfA : valuesOfB)
              .orElseThrow().stream()
                  .noneMatch(value -> types.stream().anyMatch(type -> type.fits(value)));
    }
    Set<SchemaType> types = namedTypes(a);
    Set<SchemaType> others = namedTypes(b);
    if (types.isEmpty() || others.isEmpty()) {
      return false;
    }
    return types.stream().noneMatch(type -> type.overlaps(others))
        || (types.equals(Set.of(SchemaType.OBJECT))
            && others.equals(Set.of(SchemaType.OBJECT))
            && propertyHolds(a, b, steps));
  }

  /** Without a named type a schema fits values of all types. */
  private static Set<SchemaType> namedTypes(JsonNode schema) {
    return schema.has("type") ? SchemaType.of(schema) : Set.of();
  }

  private boolean eachHolds(JsonNode branches, JsonNode other, int steps) {
    for (JsonNode branch : branches) {
      if (!holds(branch, other, steps - 1)) {
        return false;
      }
    }
    return true;
  }

  private boolean propertyHolds(JsonNode a, JsonNode b, int steps) {
    for (JsonNode name : a.path("required")) {
      for (JsonNode same : b.path("required")) {
        if (name.equals(same)
            && holds(property(a, name.asText()), property(b, name.asText()), steps - 1)) {
          return true;
        }
      }
    }
    return lacksRequired(a, b) || lacksRequired(b, a);
  }

  private static JsonNode property(JsonNode schema, String name) {
    return schema.path("properties").path(name);
  }

  /** Whether {@code a} demands a property that {@code b} forbids. */
  private static boolean lacksRequired(JsonNode a, JsonNode b) {
    JsonNode additional = b.path("additionalProperties");
    if (!additional.isBoolean() || additional.booleanValue()) {
      return false;
    }
    for (JsonNode name : a.path("required")) {
      if (!b.path("properties").has(name.asText())) {
        return true;
      }
    }
    return false;
  }

  private JsonNode resolved(JsonNode schema) {
    JsonNode node = schema;
    for (int i = 0; i < MOST_STEPS && node.has("$ref"); i++) {
      node = targets.apply(node.get("$ref").asText()).orElse(node);
    }
    return node;
  }

  private static Optional<List<JsonNode>> values(JsonNode schema) {
    List<JsonNode> values = new ArrayList<>();
    if (schema.has("const")) {
      values.add(schema.get("const"));
    } else if (schema.path("enum").isArray()) {
      schema.get("enum").forEach(values::add);
    } else {
      return Optional.empty();
    }
    return Optional.of(values);
  }

  /** Whether two values may be the same; lists and objects are not looked into. */
  private static boolean same(JsonNode a, JsonNode b) {
    if (a.isContainerNode() && b.isContainerNode()) {
      return true;
    }
    boolean numbers = a.isNumber() && b.isNumber();
    return numbers ? a.decimalValue().compareTo(b.decimalValue()) == 0 : a.equals(b);
  }
}
