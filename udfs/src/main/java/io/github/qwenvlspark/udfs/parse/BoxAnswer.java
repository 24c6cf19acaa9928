package io.github.qwenvlspark.udfs.parse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;

/**
 * Located things: a JSON array of {@code bbox_2d} or {@code point_2d}, XML points, or lines of
 * {@code x1,y1,x2,y2 name}.
 */
final class BoxAnswer {
  private static final Pattern LINE =
      Pattern.compile(
          "^\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*(\\d+)\\s+(\\S.*?)\\s*$",
          Pattern.MULTILINE);
  private static final List<String> LABELS = List.of("label", "text_content", "text", "name");

  private BoxAnswer() {}

  static ParsedAnswer parse(String text) {
    if (text.contains("<points")) {
      return answer(Optional.empty(), points(text));
    }
    List<Box> lines = lines(text);
    if (!lines.isEmpty()) {
      return answer(Optional.empty(), lines);
    }
    List<ObjectNode> objects = LenientJson.objects(text);
    ArrayNode json = JsonNodeFactory.instance.arrayNode().addAll(objects);
    List<Box> boxes = new ArrayList<>();
    for (ObjectNode object : objects) {
      box(object).ifPresent(boxes::add);
    }
    return answer(Optional.of(json.toString()), boxes);
  }

  private static ParsedAnswer answer(Optional<String> json, List<Box> boxes) {
    return new ParsedAnswer(json, List.of(), Map.of(), boxes, List.of());
  }

  private static Optional<Box> box(JsonNode object) {
    List<Integer> bbox =
        numbers(object.has("bbox_2d") ? object.path("bbox_2d") : object.path("bbox"), 4);
    List<Integer> point =
        numbers(object.has("point_2d") ? object.path("point_2d") : object.path("point"), 2);
    return bbox.isEmpty() && point.isEmpty()
        ? Optional.empty()
        : Optional.of(new Box(label(object), bbox, point));
  }

  private static String label(JsonNode object) {
    return LABELS.stream()
        .filter(object::hasNonNull)
        .findFirst()
        .map(key -> object.get(key).asText())
        .orElse("");
  }

  /** Exactly {@code count} numbers, or nothing. */
  private static List<Integer> numbers(JsonNode array, int count) {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode number : array) {
      if (!number.isNumber()) {
        return List.of();
      }
      numbers.add(number.intValue());
    }
    return numbers.size() == count ? numbers : List.of();
  }

  private static List<Box> points(String text) {
    List<Box> points = new ArrayList<>();
    for (Element element : Jsoup.parse(text.substring(text.indexOf("<points"))).select("points")) {
      for (int i = 1; element.hasAttr("x" + i) && element.hasAttr("y" + i); i++) {
        points.add(
            new Box(
                element.text(),
                List.of(),
                List.of(coordinate(element.attr("x" + i)), coordinate(element.attr("y" + i)))));
      }
    }
    return points;
  }

  private static int coordinate(String number) {
    try {
      return (int) Double.parseDouble(number);
    } catch (NumberFormatException e) {
      throw new UnparsableAnswerException("A point's coordinate is no number");
    }
  }

  private static List<Box> lines(String text) {
    List<Box> boxes = new ArrayList<>();
    for (Matcher line = LINE.matcher(text); line.find(); ) {
      List<Integer> bbox = new ArrayList<>();
      for (int i = 1; i <= 4; i++) {
        bbox.add(coordinate(line.group(i)));
      }
      boxes.add(new Box(line.group(5), bbox, List.of()));
    }
    return boxes;
  }
}
