package io.github.qwenvlspark.pipeline.etl;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.etl.FieldType.Choice;
import io.github.qwenvlspark.pipeline.etl.FieldType.Day;
import io.github.qwenvlspark.pipeline.etl.FieldType.Exact;
import io.github.qwenvlspark.pipeline.etl.FieldType.Field;
import io.github.qwenvlspark.pipeline.etl.FieldType.Group;
import io.github.qwenvlspark.pipeline.etl.FieldType.Items;
import io.github.qwenvlspark.pipeline.etl.FieldType.Moment;
import io.github.qwenvlspark.pipeline.etl.FieldType.Real;
import io.github.qwenvlspark.pipeline.etl.FieldType.Text;
import io.github.qwenvlspark.pipeline.etl.FieldType.Truth;
import io.github.qwenvlspark.pipeline.etl.FieldType.Whole;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Fields of a JSON Schema (draft 2020-12): objects, arrays, strings, dates, numbers, booleans and
 * lists of texts; each may be null as well. Other keywords do not change a column's type.
 */
final class SchemaFields {
  private static final int MOST_LEVELS = 64;

  /** Digits of a decimal whose schema says only how many of them are decimals. */
  private static final int DIGITS = 18;

  private final JsonNode root;

  private SchemaFields(JsonNode root) {
    this.root = root;
  }

  /**
   * The fields of an object's schema.
   *
   * @throws BadRequestException naming the place that cannot be a column
   */
  static List<Field> of(JsonNode schema) {
    FieldType type = new SchemaFields(schema).type(schema, "#", 0);
    if (type instanceof Group group) {
      return group.fields();
    }
    throw problem("#", "an object with properties is needed");
  }

  private FieldType type(JsonNode given, String place, int level) {
    if (level > MOST_LEVELS) {
      throw problem(place, "more than %d levels, or a way back to itself".formatted(MOST_LEVELS));
    }
    JsonNode schema = resolved(given, place, level);
    if (schema.has("enum")) {
      return choice(schema.get("enum"), place);
    }
    String type = typeName(schema, place);
    return switch (type) {
      case "object" -> group(schema, place, level);
      case "array" -> new Items(type(schema.path("items"), place + "/items", level + 1));
      case "string" -> text(schema.path("format").asText());
      case "integer" -> new Whole(Long.SIZE);
      case "number" -> number(schema.path("multipleOf"));
      case "boolean" -> new Truth();
      default -> throw problem(place, "\"%s\" cannot be a column".formatted(type));
    };
  }

  /** Follows a reference into the document, and takes the one branch that is not null. */
  private JsonNode resolved(JsonNode schema, String place, int level) {
    if (level > MOST_LEVELS) {
      throw problem(place, "a way back to itself");
    }
    if (schema.has("$ref")) {
      String reference = schema.get("$ref").asText();
      JsonNode target =
          reference.startsWith("#/") ? root.at(reference.substring(1)) : root.path("no such");
      if (target.isMissingNode()) {
        throw problem(place, "$ref leads nowhere; #/$defs/… is needed");
      }
      return resolved(target, place, level + 1);
    }
    for (String keyword : List.of("anyOf", "oneOf", "allOf")) {
      if (schema.has(keyword)) {
        List<JsonNode> branches =
            elements(schema.get(keyword))
                .filter(b -> !b.path("type").asText().equals("null"))
                .toList();
        if (branches.size() != 1) {
          throw problem(place, "%s of several types cannot be a column".formatted(keyword));
        }
        return resolved(branches.get(0), place, level + 1);
      }
    }
    return schema;
  }

  private static String typeName(JsonNode schema, String place) {
    JsonNode type = schema.path("type");
    if (type.isTextual()) {
      return type.asText();
    }
    List<String> types =
        elements(type).map(JsonNode::asText).filter(name -> !name.equals("null")).toList();
    if (types.size() != 1) {
      throw problem(place, "one type is needed, or one and \"null\"");
    }
    return types.get(0);
  }

  private Group group(JsonNode schema, String place, int level) {
    List<Field> fields = new ArrayList<>();
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String name = property.getKey();
      fields.add(
          new Field(name, type(property.getValue(), place + "/properties/" + name, level + 1)));
    }
    if (fields.isEmpty()) {
      throw problem(place, "an object needs properties to be a column");
    }
    return new Group(fields);
  }

  private static Choice choice(JsonNode values, String place) {
    List<JsonNode> texts = elements(values).filter(value -> !value.isNull()).toList();
    if (texts.isEmpty() || !texts.stream().allMatch(JsonNode::isTextual)) {
      throw problem(place, "an enum needs texts to be a column");
    }
    return new Choice(texts.stream().map(JsonNode::asText).toList());
  }

  private static FieldType text(String format) {
    return switch (format) {
      case "date" -> new Day();
      case "date-time" -> new Moment();
      default -> new Text();
    };
  }

  /** A multiple of 0.01 has two decimals, exactly. */
  private static FieldType number(JsonNode multipleOf) {
    if (multipleOf.isNumber()) {
      BigDecimal step = multipleOf.decimalValue().stripTrailingZeros();
      boolean powerOfTen = step.unscaledValue().intValue() == 1 && step.precision() == 1;
      if (powerOfTen && step.scale() >= 0 && step.scale() <= DIGITS) {
        return new Exact(DIGITS, step.scale());
      }
    }
    return new Real();
  }

  private static Stream<JsonNode> elements(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static BadRequestException problem(String place, String what) {
    return new BadRequestException("--schema: %s: %s".formatted(place, what));
  }
}
