package io.github.qwenvlspark.runtime.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The types of JSON Schema, each with its keywords. */
enum SchemaType {
  OBJECT,
  ARRAY,
  STRING,
  NUMBER,
  INTEGER,
  BOOLEAN,
  NULL;

  /** Keywords that shape values of this type. */
  Set<String> keywords() {
    return switch (this) {
      case OBJECT -> Set.of("properties", "required", "additionalProperties");
      case ARRAY -> Set.of("items", "prefixItems", "minItems", "maxItems", "uniqueItems");
      case STRING -> Set.of("minLength", "maxLength", "pattern", "format");
      case NUMBER, INTEGER ->
          Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");
      case BOOLEAN, NULL -> Set.of();
    };
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<SchemaType> of(String label) {
    return Arrays.stream(values()).filter(type -> type.label().equals(label)).findFirst();
  }

  /** Whether a value is of this type. */
  boolean fits(JsonNode value) {
    return switch (this) {
      case OBJECT -> value.isObject();
      case ARRAY -> value.isArray();
      case STRING -> value.isTextual();
      case NUMBER -> value.isNumber();
      case INTEGER -> value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
      case BOOLEAN -> value.isBoolean();
      case NULL -> value.isNull();
    };
  }

  /** Whether a value may be of this type and of one of {@code others}. */
  boolean overlaps(Set<SchemaType> others) {
    return others.contains(this)
        || (this == NUMBER && others.contains(INTEGER))
        || (this == INTEGER && others.contains(NUMBER));
  }

  /** The types that a schema allows: those it names, or the one that its keywords shape. */
  static Set<SchemaType> of(JsonNode schema) {
    Set<SchemaType> types = EnumSet.noneOf(SchemaType.class);
    JsonNode named = schema.path("type");
    if (named.isTextual()) {
      of(named.textValue()).ifPresent(types::add);
    }
    for (JsonNode one : named) {
      of(one.asText()).ifPresent(types::add);
    }
    if (named.isMissingNode()) {
      for (SchemaType type : values()) {
        if (type != INTEGER && type.keywords().stream().anyMatch(schema::has)) {
          types.add(type);
        }
      }
    }
    if (schema.path("nullable").asBoolean() && !types.isEmpty()) {
      types.add(NULL);
    }
    return types;
  }
}
