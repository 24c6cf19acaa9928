package io.github.qwenvlspark.udfs.parse;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an answer's text says, as values. Coordinates are those of the answer: pixels of the resized
 * picture.
 *
 * @param json the JSON of the answer, normalised; empty where the format has none
 * @param fields values as text, in the answer's order; a JSON null is a null value
 */
public record ParsedAnswer(
    Optional<String> json,
    List<Element> elements,
    Map<String, String> fields,
    List<Box> boxes,
    List<Moment> moments) {
  public static final ParsedAnswer NOTHING =
      new ParsedAnswer(Optional.empty(), List.of(), Map.of(), List.of(), List.of());

  public ParsedAnswer {
    elements = List.copyOf(elements);
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    boxes = List.copyOf(boxes);
    moments = List.copyOf(moments);
  }

  /** All boxes and points, those of elements first; what has no place is left out. */
  public List<List<Integer>> places() {
    return Stream.of(
            elements.stream().map(Element::bbox),
            boxes.stream().map(Box::bbox),
            boxes.stream().map(Box::point))
        .flatMap(places -> places)
        .filter(place -> !place.isEmpty())
        .toList();
  }

  /**
   * A block of a parsed page; {@code type} is the format's class, such as {@code image caption} or
   * {@code formula}, else the tag; {@code bbox} is {@code [x1, y1, x2, y2]} or empty.
   */
  public record Element(String type, String text, List<Integer> bbox, String html) {}

  /**
   * A thing that was located: {@code bbox} {@code [x1, y1, x2, y2]} or {@code point} {@code [x,
   * y]}; the other is empty.
   */
  public record Box(String label, List<Integer> bbox, List<Integer> point) {}

  /** A time span of a clip, in seconds. */
  public record Moment(double startS, double endS, String text) {}
}
