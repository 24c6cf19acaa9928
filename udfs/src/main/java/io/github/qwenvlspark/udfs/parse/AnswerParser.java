package io.github.qwenvlspark.udfs.parse;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads answers as tolerantly as the cookbooks do, and never guesses. Pure; thread-safe. */
public final class AnswerParser {
  private AnswerParser() {}

  /**
   * Reads {@code text} as {@code format}.
   *
   * @throws UnparsableAnswerException if the text is not of that format
   */
  public static ParsedAnswer parse(AnswerFormat format, String text) {
    return switch (format) {
      case TEXT -> ParsedAnswer.NOTHING;
      case HTML ->
          new ParsedAnswer(
              Optional.empty(), HtmlAnswer.elements(text), Map.of(), List.of(), List.of());
      case FIELDS -> fields(LenientJson.object(text));
      case BOXES -> BoxAnswer.parse(text);
      case TOOL_CALL -> ToolCallAnswer.parse(text);
      case MOMENTS -> MomentAnswer.parse(text);
      case JSON ->
          new ParsedAnswer(
              Optional.of(LenientJson.value(text).toString()),
              List.of(),
              Map.of(),
              List.of(),
              List.of());
    };
  }

  private static ParsedAnswer fields(JsonNode object) {
    return new ParsedAnswer(
        Optional.of(object.toString()),
        List.of(),
        FieldAnswer.fields(object),
        List.of(),
        List.of());
  }
}
