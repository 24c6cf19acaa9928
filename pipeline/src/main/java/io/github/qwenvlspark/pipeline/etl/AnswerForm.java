package io.github.qwenvlspark.pipeline.etl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.pipeline.etl.FieldType.Choice;
import io.github.qwenvlspark.pipeline.etl.FieldType.Field;
import io.github.qwenvlspark.pipeline.etl.FieldType.Group;
import io.github.qwenvlspark.pipeline.etl.FieldType.Items;
import java.util.List;

/**
 * How a model is to answer with fields. It copies what it sees, as text: to read a date or an
 * amount is the table's work, which may say that it cannot.
 */
final class AnswerForm {
  private static final JsonNodeFactory JSON = new ObjectMapper().getNodeFactory();

  private AnswerForm() {}

  /** A JSON Schema of the answer: every field is there, as text or null. */
  static ObjectNode schema(List<Field> fields) {
    ObjectNode schema = JSON.objectNode().put("type", "object");
    ArrayNode required = schema.putArray("required");
    ObjectNode properties = schema.putObject("properties");
    for (Field field : fields) {
      required.add(field.name());
      properties.set(field.name(), schema(field.type()));
    }
    return schema;
  }

  private static JsonNode schema(FieldType type) {
    if (type instanceof Group group) {
      return schema(group.fields());
    }
    if (type instanceof Items items) {
      ObjectNode list = JSON.objectNode().put("type", "array");
      list.set("items", schema(items.element()));
      return list;
    }
    if (type instanceof Choice choice) {
      ObjectNode listed = JSON.objectNode();
      ArrayNode values = listed.putArray("enum");
      choice.values().forEach(values::add);
      values.addNull();
      return listed;
    }
    ObjectNode text = JSON.objectNode();
    text.putArray("type").add("string").add("null");
    return text;
  }

  /** The fields with empty values, as prompts show them. */
  static ObjectNode template(List<Field> fields) {
    ObjectNode template = JSON.objectNode();
    for (Field field : fields) {
      template.set(field.name(), template(field.type()));
    }
    return template;
  }

  private static JsonNode template(FieldType type) {
    if (type instanceof Group group) {
      return template(group.fields());
    }
    return type instanceof Items items
        ? JSON.arrayNode().add(template(items.element()))
        : JSON.textNode("");
  }
}
