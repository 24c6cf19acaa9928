package io.github.qwenvlspark.udfs.parse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;

/**
 * Located things: a JSON array of {@code bbox_2d} or {@code point_2d}, XML points, or lines of
 * {@code x1,y1,x2,y2 name}. Fractions of a pixel are cut off.
 */
final class BoxAnswer {
  private static final String NUMBER = "(\\d{1,9}(?:\\.\\d{1,9})?)";
  private static final Pattern COORDINATE = Pattern.compile(NUMBER);
  private static final Pattern LINE =
      Pattern.compile(
          "^[ \\t]*" + (NUMBER + "[ \\t]*,[ \\t]*").repeat(3) + NUMBER + "[ \\t]+(\\S.*)$",
          Pattern.MULTILINE);
  private static final Pattern POINTS = Pattern.compile("<points?\\s", Pattern.CASE_INSENSITIVE);
  private static final List<String> LABELS = List.of("label", "text_content", "text", "name");

  private BoxAnswer() {}

  static ParsedAnswer parse(String text) {
    if (LenientJson.holdsObjects(text)) {
      return json(LenientJson.objects(text));
    }
    Matcher points = POINTS.matcher(text);
    List<Box> boxes = points.find() ? points(text.substring(points.start())) : lines(text);
    if (boxes.isEmpty()) {
      throw new UnparsableAnswerException(
          "The answer holds no boxes: no JSON, no points and no lines of four numbers and a name");
    }
    return answer(Optional.empty(), boxes);
  }

  /** A labelled point, if {@code point} is exactly two numbers. */
  static Optional<Box> point(String label, JsonNode point) {
    List<Integer> numbers = numbers(point, 2);
    return numbers.isEmpty() ? Optional.empty() : Optional.of(new Box(label, List.of(), numbers));
  }

  private static ParsedAnswer json(List<ObjectNode> objects) {
    List<Box> boxes = objects.stream().map(BoxAnswer::box).flatMap(Optional::stream).toList();
    if (boxes.isEmpty() && !objects.isEmpty()) {
      throw new UnparsableAnswerException("The answer's objects hold neither a box nor a point");
    }
    return answer(
        Optional.of(JsonNodeFactory.instance.arrayNode().addAll(objects).toString()), boxes);
  }

  private static ParsedAnswer answer(Optional<String> json, List<Box> boxes) {
    return new ParsedAnswer(json, List.of(), Map.of(), boxes, List.of());
  }

  private static Optional<Box> box(JsonNode object) {
    String label = JsonKeys.first(object, LABELS).map(JsonNode::asText).orElse("");
    List<Integer> bbox =
        numbers(object.has("bbox_2d") ? object.path("bbox_2d") : object.path("bbox"), 4);
    return bbox.isEmpty()
        ? point(label, object.has("point_2d") ? object.path("point_2d") : object.path("point"))
        : Optional.of(new Box(label, bbox, List.of()));
  }

  /** Exactly {@code count} numbers that are pixels, or nothing. */
  private static List<Integer> numbers(JsonNode array, int count) {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode number : array) {
      if (!number.isNumber() || !number.canConvertToInt()) {
        return List.of();
      }
      numbers.add(number.intValue());
    }
    return numbers.size() == count ? numbers : List.of();
  }

  private static List<Box> points(String xml) {
    List<Box> points = new ArrayList<>();
    for (Element element : Jsoup.parse(xml).select("points, point")) {
      String label = element.text().isEmpty() ? element.attr("alt") : element.text();
      pair(element, "").ifPresent(point -> points.add(new Box(label, List.of(), point)));
      for (int i = 1; element.hasAttr("x" + i); i++) {
        pair(element, String.valueOf(i))
            .ifPresent(point -> points.add(new Box(label, List.of(), point)));
      }
    }
    return points;
  }

  private static Optional<List<Integer>> pair(Element element, String suffix) {
    Matcher x = COORDINATE.matcher(element.attr("x" + suffix).strip());
    Matcher y = COORDINATE.matcher(element.attr("y" + suffix).strip());
    return x.matches() && y.matches()
        ? Optional.of(List.of(pixel(x.group()), pixel(y.group())))
        : Optional.empty();
  }

  private static List<Box> lines(String text) {
    return LINE.matcher(text)
        .results()
        .map(
            line ->
                new Box(
                    line.group(5).strip(),
                    Stream.of(1, 2, 3, 4).map(line::group).map(BoxAnswer::pixel).toList(),
                    List.of()))
        .toList();
  }

  private static Integer pixel(String number) {
    return (int) Double.parseDouble(number);
  }
}
