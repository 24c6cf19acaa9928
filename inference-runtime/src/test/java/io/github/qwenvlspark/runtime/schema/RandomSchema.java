package io.github.qwenvlspark.runtime.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Random;

/** Schemas that can be held, drawn at random. */
final class RandomSchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String[] NAMES = {
    "a",
    "b",
    "name",
    "total",
    "na\"me",
    "gr\u00f6\u00dfe",
    "\u4e2d\u6587",
    "x y",
    "back\\slash",
    "\ud83d\ude00",
    "t\tb"
  };
  private static final String[] PATTERNS = {
    "^[A-Z]{2}[0-9]{3,8}$",
    "^(?:foo|ba[rz])+$",
    "^[^a-c\"]{0,5}$",
    "\\d{2}",
    "^\\w+@\\w+$",
    "^.{3}$|^x*$",
    "^[\\S]{1,4}\\s?\\S$",
    "^\u00e9?[\\u00e8-\\u00ff\\\\]{1,3}$",
    "a.c",
    "^$"
  };
  private static final String[] FORMATS = {"date", "time", "date-time", "uuid", "ipv4"};

  private final Random random;

  RandomSchema(Random random) {
    this.random = random;
  }

  JsonNode draw(int depth) {
    return switch (random.nextInt(depth == 0 ? 7 : 12)) {
      case 0 -> string();
      case 1 -> number("integer");
      case 2 -> number("number");
      case 3 -> type(random.nextBoolean() ? "boolean" : "null");
      case 4 -> values();
      case 5 -> types();
      case 6 -> string();
      case 7, 8 -> object(depth);
      case 9 -> array(depth);
      case 10 -> tuple(depth);
      default -> union(depth);
    };
  }

  private static ObjectNode type(String type) {
    return JSON.objectNode().put("type", type);
  }

  private ObjectNode types() {
    ObjectNode schema = JSON.objectNode();
    schema.putArray("type").add("string").add("null").add("integer");
    return schema;
  }

  private ObjectNode string() {
    ObjectNode schema = type("string");
    switch (random.nextInt(5)) {
      case 0 -> schema.put("pattern", PATTERNS[random.nextInt(PATTERNS.length)]);
      case 1 -> schema.put("format", FORMATS[random.nextInt(FORMATS.length)]);
      case 2 -> {
        int least = random.nextInt(4);
        schema.put("minLength", least).put("maxLength", least + random.nextInt(200));
      }
      case 3 -> schema.put("pattern", "^\\w*$").put("minLength", 2).put("maxLength", 6);
      default -> schema.put("description", "free");
    }
    return schema;
  }

  private ObjectNode number(String type) {
    ObjectNode schema = type(type);
    BigDecimal low = BigDecimal.valueOf(random.nextInt(-20_000, 20_000), random.nextInt(4));
    BigDecimal high = low.add(BigDecimal.valueOf(random.nextInt(3_000) + 1_001, random.nextInt(3)));
    if (random.nextInt(3) > 0) {
      schema.put(random.nextBoolean() ? "minimum" : "exclusiveMinimum", low);
    }
    if (random.nextInt(3) > 0) {
      schema.put(random.nextBoolean() ? "maximum" : "exclusiveMaximum", high);
    }
    if (random.nextInt(4) == 0) {
      schema.put("multipleOf", new BigDecimal(random.nextBoolean() ? "0.01" : "1"));
    }
    return schema;
  }

  private ObjectNode values() {
    ObjectNode schema = JSON.objectNode();
    if (random.nextInt(4) == 0) {
      schema.putObject("const").put("a", 1.5).putArray("b").add("x\"").addNull();
      return schema;
    }
    ArrayNode values = schema.putArray("enum");
    values
        .add("one")
        .add("one\ntwo")
        .add("\u4e2d\"\\")
        .add(12)
        .add(new BigDecimal("1.50"))
        .addNull()
        .add(true);
    return schema;
  }

  private ObjectNode object(int depth) {
    ObjectNode schema = type("object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      String name = NAMES[random.nextInt(NAMES.length)];
      if (!properties.has(name) && random.nextBoolean()) {
        required.add(name);
      }
      properties.set(name, draw(depth - 1));
    }
    if (random.nextBoolean()) {
      schema.put("additionalProperties", false);
    }
    return schema;
  }

  private ObjectNode array(int depth) {
    ObjectNode schema = type("array");
    schema.set("items", draw(depth - 1));
    int least = random.nextInt(3);
    if (random.nextBoolean()) {
      schema.put("minItems", least);
    }
    if (random.nextBoolean()) {
      schema.put("maxItems", random.nextBoolean() ? least + random.nextInt(3) : 1_000_000);
    }
    return schema;
  }

  private ObjectNode tuple(int depth) {
    ObjectNode schema = type("array");
    ArrayNode prefix = schema.putArray("prefixItems");
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      prefix.add(draw(depth - 1));
    }
    if (random.nextBoolean()) {
      schema.set("items", draw(depth - 1));
    } else {
      schema.put("items", false);
    }
    schema.put("minItems", random.nextInt(prefix.size() + 1));
    return schema;
  }

  private ObjectNode union(int depth) {
    ObjectNode schema = JSON.objectNode();
    if (random.nextBoolean()) {
      schema.putArray("oneOf").add(object(depth)).add(type("null")).add(number("integer"));
    } else {
      schema.putArray("anyOf").add(object(depth)).add(object(depth)).add(string());
    }
    return schema;
  }
}
