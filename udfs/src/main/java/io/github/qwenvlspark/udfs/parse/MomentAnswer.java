package io.github.qwenvlspark.udfs.parse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Moment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Events of a clip: JSON with start and end, or sentences that name two times each. */
final class MomentAnswer {
  private static final String UNIT = "\\s*(?:s|secs?|seconds?)\\b";
  private static final String SECONDS = "\\d{1,9}(?:\\.\\d{1,9})?";
  private static final String CLOCK = "(?:\\d{1,3}:)?\\d{1,4}:\\d{1,2}(?:\\.\\d{1,9})?";
  private static final String RANGE = "\\s*(?:-|–|—|to|and|until)\\s*";
  // Plain numbers need their unit, so that a range of something else is no time.
  private static final Pattern SPAN =
      Pattern.compile(
          "(?<![\\d.:])(?:(%s)%s(%s)|(%s)(?:%s)?%s(%s)%s)"
              .formatted(CLOCK, RANGE, CLOCK, SECONDS, UNIT, RANGE, SECONDS, UNIT));
  private static final Pattern CLOCK_TIME =
      Pattern.compile("(?:(\\d{1,3}):)?(\\d{1,4}):(\\d{1,2}(?:\\.\\d{1,9})?)");
  private static final Pattern SECONDS_TIME =
      Pattern.compile("(%s)(?:%s)?".formatted(SECONDS, UNIT));
  private static final List<String> STARTS = List.of("start_time", "start");
  private static final List<String> ENDS = List.of("end_time", "end");
  private static final List<String> TEXTS = List.of("description", "event", "label", "text");

  private MomentAnswer() {}

  static ParsedAnswer parse(String text) {
    if (LenientJson.holdsObjects(text)) {
      return json(LenientJson.objects(text));
    }
    List<Moment> moments = SPAN.matcher(text).results().map(MomentAnswer::moment).toList();
    if (moments.isEmpty()) {
      throw new UnparsableAnswerException(
          "The answer holds no moments: no JSON and no two times in a sentence");
    }
    return answer(Optional.empty(), moments);
  }

  private static ParsedAnswer json(List<ObjectNode> objects) {
    List<Moment> moments =
        objects.stream().map(MomentAnswer::moment).flatMap(Optional::stream).toList();
    if (moments.isEmpty() && !objects.isEmpty()) {
      throw new UnparsableAnswerException(
          "The answer's objects hold no start and end, as numbers of seconds or as mm:ss");
    }
    return answer(
        Optional.of(JsonNodeFactory.instance.arrayNode().addAll(objects).toString()), moments);
  }

  private static ParsedAnswer answer(Optional<String> json, List<Moment> moments) {
    return new ParsedAnswer(json, List.of(), Map.of(), List.of(), moments);
  }

  private static Moment moment(MatchResult span) {
    int first = span.group(1) == null ? 3 : 1;
    return new Moment(
        seconds(span.group(first)).orElseThrow(), seconds(span.group(first + 1)).orElseThrow(), "");
  }

  private static Optional<Moment> moment(JsonNode object) {
    OptionalDouble start = seconds(object, STARTS);
    OptionalDouble end = seconds(object, ENDS);
    String text = JsonKeys.first(object, TEXTS).map(JsonNode::asText).orElse("");
    return start.isEmpty() || end.isEmpty()
        ? Optional.empty()
        : Optional.of(new Moment(start.getAsDouble(), end.getAsDouble(), text));
  }

  private static OptionalDouble seconds(JsonNode object, List<String> keys) {
    return JsonKeys.first(object, keys)
        .map(time -> time.isNumber() ? finite(time.asDouble()) : seconds(time.asText()))
        .orElse(OptionalDouble.empty());
  }

  private static OptionalDouble finite(double seconds) {
    return Double.isFinite(seconds) ? OptionalDouble.of(seconds) : OptionalDouble.empty();
  }

  /** {@code ss.ff}, {@code mm:ss.ff} or {@code h:mm:ss.ff}; minutes may exceed 59. */
  private static OptionalDouble seconds(String text) {
    Matcher plain = SECONDS_TIME.matcher(text.strip());
    if (plain.matches()) {
      return OptionalDouble.of(Double.parseDouble(plain.group(1)));
    }
    Matcher clock = CLOCK_TIME.matcher(text.strip());
    if (!clock.matches()) {
      return OptionalDouble.empty();
    }
    int hours = clock.group(1) == null ? 0 : Integer.parseInt(clock.group(1));
    int minutes = 60 * hours + Integer.parseInt(clock.group(2));
    return OptionalDouble.of(60.0 * minutes + Double.parseDouble(clock.group(3)));
  }
}
