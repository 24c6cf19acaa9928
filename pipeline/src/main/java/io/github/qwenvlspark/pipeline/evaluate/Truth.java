package io.github.qwenvlspark.pipeline.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.udfs.measure.BoxMatch.Box;
import io.github.qwenvlspark.udfs.measure.DocumentFact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of one page, or of a whole document.
 *
 * @param text all of it
 * @param answers each of which is right
 * @param fields by their names; a null has no value
 * @param boxes in pixels of the original picture
 * @param facts by their JSON
 */
record Truth(
    Optional<String> text,
    List<String> answers,
    Optional<Map<String, String>> fields,
    Optional<List<Box>> boxes,
    Map<String, DocumentFact> facts) {
  /** Columns of a table of truths, beside those of a manifest. */
  static final String TEXT = "text";

  static final String ANSWERS = "answers";
  static final String FIELDS = "fields";
  static final String BOXES = "boxes";
  static final String FACTS = "facts";
  static final List<String> COLUMNS = List.of(TEXT, ANSWERS, FIELDS, BOXES, FACTS);

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Of a row's columns.
   *
   * @throws QwenVlException INVALID_REQUEST naming the column that cannot be read, never its text
   */
  static Truth of(Map<String, String> columns) {
    return new Truth(
        Optional.ofNullable(columns.get(TEXT)),
        json(columns, ANSWERS).map(Truth::answers).orElse(List.of()),
        json(columns, FIELDS).map(Truth::fields),
        json(columns, BOXES).map(Truth::boxes),
        json(columns, FACTS).map(Truth::facts).orElse(Map.of()));
  }

  private static Optional<JsonNode> json(Map<String, String> columns, String name) {
    String text = columns.get(name);
    if (text == null || text.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      throw problem(name, "is no JSON");
    }
  }

  private static List<String> answers(JsonNode array) {
    require(array.isArray(), ANSWERS, "is no list of texts");
    List<String> answers = new ArrayList<>();
    array.forEach(answer -> answers.add(answer.asText()));
    return answers;
  }

  private static Map<String, String> fields(JsonNode object) {
    require(object.isObject(), FIELDS, "is no object");
    Map<String, String> fields = new HashMap<>();
    object
        .properties()
        .forEach(
            field ->
                fields.put(
                    field.getKey(),
                    field.getValue().isNull()
                        ? null
                        : field.getValue().isValueNode()
                            ? field.getValue().asText()
                            : field.getValue().toString()));
    return fields;
  }

  private static List<Box> boxes(JsonNode array) {
    require(array.isArray(), BOXES, "is no list of boxes");
    List<Box> boxes = new ArrayList<>();
    for (JsonNode box : array) {
      JsonNode place = box.has("bbox") ? box.get("bbox") : box.path("bbox_2d");
      require(place.size() == 4, BOXES, "has a box without bbox: [x1, y1, x2, y2]");
      List<Integer> bbox = new ArrayList<>();
      place.forEach(number -> bbox.add(number.asInt()));
      boxes.add(new Box(box.path("label").asText(), bbox));
    }
    return boxes;
  }

  private static Map<String, DocumentFact> facts(JsonNode array) {
    require(array.isArray(), FACTS, "is no list of facts");
    Map<String, DocumentFact> facts = new HashMap<>();
    for (JsonNode fact : array) {
      facts.put(
          fact.toString(),
          DocumentFact.of(fact)
              .orElseThrow(
                  () -> problem(FACTS, "has a fact that is none of present, absent, order, cell")));
    }
    return facts;
  }

  private static void require(boolean holds, String column, String otherwise) {
    if (!holds) {
      throw problem(column, otherwise);
    }
  }

  private static QwenVlException problem(String column, String what) {
    return new QwenVlException(
        ErrorType.INVALID_REQUEST, "The truth's column %s %s".formatted(column, what));
  }
}
