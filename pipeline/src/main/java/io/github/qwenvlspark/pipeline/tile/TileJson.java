package io.github.qwenvlspark.pipeline.tile;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.runtime.schema.ExactNumbers;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Box;
import java.util.List;
import java.util.Map;

/**
 * One JSON value of those of several tiles: objects key by key, arrays one behind the other without
 * repeats, and of everything else the first that says something. Numbers keep their digits.
 */
final class TileJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(new ExactNumbers(new JsonFactoryBuilder()))
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private TileJson() {}

  /** The values in reading order; there is one at least. */
  static String merge(List<String> values) {
    return values.stream().map(TileJson::read).reduce(TileJson::merge).orElseThrow().toString();
  }

  private static JsonNode read(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      // Its message would quote the answer.
      throw new IllegalStateException("A parsed answer's JSON cannot be read again");
    }
  }

  private static JsonNode merge(JsonNode first, JsonNode second) {
    if (first instanceof ObjectNode object && second.isObject()) {
      for (Map.Entry<String, JsonNode> field : second.properties()) {
        JsonNode before = object.get(field.getKey());
        object.set(
            field.getKey(), before == null ? field.getValue() : merge(before, field.getValue()));
      }
      return object;
    }
    if (first instanceof ArrayNode array && second.isArray()) {
      for (JsonNode value : second) {
        if (!contains(array, value)) {
          array.add(value);
        }
      }
      return array;
    }
    return says(first) ? first : second;
  }

  private static boolean contains(ArrayNode array, JsonNode value) {
    for (JsonNode before : array) {
      if (before.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean says(JsonNode value) {
    return !value.isNull() && (value.isValueNode() ? !value.asText().isBlank() : !value.isEmpty());
  }

  /** Boxes and points as the model writes them. */
  static String of(List<Box> boxes) {
    ArrayNode array = MAPPER.createArrayNode();
    for (Box box : boxes) {
      ObjectNode object = array.addObject();
      ArrayNode numbers = object.putArray(box.bbox().isEmpty() ? "point_2d" : "bbox_2d");
      (box.bbox().isEmpty() ? box.point() : box.bbox()).forEach(numbers::add);
      object.put("label", box.label());
    }
    return array.toString();
  }
}
