package io.github.qwenvlspark.udfs.measure;

import io.github.qwenvlspark.udfs.geometry.Iou;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import io.github.qwenvlspark.udfs.parse.AnswerParser;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer;
import io.github.qwenvlspark.udfs.parse.UnparsableAnswerException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How answers compare with the truth, as sums that can be added in any order.
 *
 * @param exact answers that equal the truth in every character
 * @param errors edit distance in code points, of all answers
 * @param length code points of all truths
 * @param rightParts of {@code parts}: right fields, or boxes of right label (or content) that
 *     overlap the true one by an IoU of at least 0.5
 */
public record Accuracy(
    long samples, long exact, long errors, long length, long rightParts, long parts)
    implements Serializable {
  public static final Accuracy NONE = new Accuracy(0, 0, 0, 0, 0, 0);
  private static final double SAME_PLACE = 0.5;

  /** The figures of one answer; {@code truth} is the text that was wanted. */
  public static Accuracy of(AnswerFormat format, String answer, String truth) {
    ParsedAnswer wanted = read(format, truth);
    ParsedAnswer given = read(format, answer);
    return new Accuracy(
        1,
        answer.equals(truth) ? 1 : 0,
        EditDistance.of(answer, truth),
        truth.codePointCount(0, truth.length()),
        rightFields(wanted, given) + rightBoxes(wanted, given) + rightElements(wanted, given),
        (long) wanted.fields().size() + wanted.boxes().size() + wanted.elements().size());
  }

  public Accuracy plus(Accuracy other) {
    return new Accuracy(
        samples + other.samples,
        exact + other.exact,
        errors + other.errors,
        length + other.length,
        rightParts + other.rightParts,
        parts + other.parts);
  }

  /** Share of exact answers, 0 to 1; 0 without samples. */
  public double exactShare() {
    return samples == 0 ? 0 : (double) exact / samples;
  }

  /** Character error rate: errors per character of truth. It exceeds 1 for endless answers. */
  public double characterErrorRate() {
    return (double) errors / Math.max(1, length);
  }

  /** Share of right parts, 0 to 1; empty where the format has none. */
  public OptionalDouble partShare() {
    return parts == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) rightParts / parts);
  }

  private static ParsedAnswer read(AnswerFormat format, String text) {
    try {
      return AnswerParser.parse(format, text);
    } catch (UnparsableAnswerException e) {
      return ParsedAnswer.NOTHING; // no part of it is right
    }
  }

  private static long rightFields(ParsedAnswer wanted, ParsedAnswer given) {
    return wanted.fields().entrySet().stream().filter(f -> holds(given.fields(), f)).count();
  }

  private static boolean holds(Map<String, String> fields, Map.Entry<String, String> field) {
    return fields.containsKey(field.getKey())
        && Objects.equals(fields.get(field.getKey()), field.getValue());
  }

  private static long rightBoxes(ParsedAnswer wanted, ParsedAnswer given) {
    return wanted.boxes().stream()
        .filter(
            truth ->
                given.boxes().stream()
                    .anyMatch(
                        box ->
                            box.label().equals(truth.label())
                                && samePlace(box.bbox(), truth.bbox())))
        .count();
  }

  private static long rightElements(ParsedAnswer wanted, ParsedAnswer given) {
    return wanted.elements().stream()
        .filter(
            truth ->
                given.elements().stream()
                    .anyMatch(
                        element ->
                            element.html().equals(truth.html())
                                && samePlace(element.bbox(), truth.bbox())))
        .count();
  }

  private static boolean samePlace(List<Integer> a, List<Integer> b) {
    return a.size() == 4 && b.size() == 4 && Iou.of(a, b) >= SAME_PLACE;
  }
}
