package io.github.qwenvlspark.udfs.parse;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Box;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An agent's function call: JSON between {@code <tool_call>} tags. Someone may act upon it, so it
 * is read whole or not at all. Of several calls the first counts: the others were guessed before
 * its effect was seen.
 */
final class ToolCallAnswer {
  private static final String OPEN = "<tool_call>";

  private ToolCallAnswer() {}

  /**
   * The call as json; its name and arguments as fields; arguments that are a place on the screen as
   * points labelled with the argument's name.
   */
  static ParsedAnswer parse(String text) {
    JsonNode call = call(text);
    JsonNode arguments = call.path("arguments");
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("name", call.path("name").asText());
    FieldAnswer.fields(arguments).forEach(fields::putIfAbsent);
    List<Box> points = new ArrayList<>();
    for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
      BoxAnswer.point(argument.getKey(), argument.getValue()).ifPresent(points::add);
    }
    return new ParsedAnswer(Optional.of(call.toString()), List.of(), fields, points, List.of());
  }

  /** The first call: an object with a {@code name} and {@code arguments}. */
  static JsonNode call(String text) {
    JsonNode call = LenientJson.wholeObject(text.substring(Math.max(0, text.indexOf(OPEN))));
    if (!call.path("name").isTextual() || !call.path("arguments").isObject()) {
      throw new UnparsableAnswerException("The answer's object is no call of name and arguments");
    }
    return call;
  }
}
