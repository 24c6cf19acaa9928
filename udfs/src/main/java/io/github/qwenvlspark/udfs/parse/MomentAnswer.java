package io.github.qwenvlspark.udfs.parse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Events of a clip: JSON with start and end, or a sentence that names two seconds. */
final class MomentAnswer {
  private static final Pattern SENTENCE =
      Pattern.compile(
          "(\\d+(?:\\.\\d+)?)\\s*(?:-|–|to)\\s*(\\d+(?:\\.\\d+)?)\\s*s(?:ec|econds)?\\b");
  private static final Pattern CLOCK =
      Pattern.compile("(?:(\\d{1,3}):)?(\\d{1,4}):(\\d{1,2}(?:\\.\\d+)?)");
  private static final List<String> STARTS = List.of("start_time", "start");
  private static final List<String> ENDS = List.of("end_time", "end");
  private static final List<String> TEXTS = List.of("description", "event", "label", "text");

  private MomentAnswer() {}

  static ParsedAnswer parse(String text) {
    Matcher sentence = SENTENCE.matcher(text);
    if (text.indexOf('{') < 0 && sentence.find()) {
      return answer(
          Optional.empty(),
          List.of(
              new Moment(
                  Double.parseDouble(sentence.group(1)),
                  Double.parseDouble(sentence.group(2)),
                  "")));
    }
    List<ObjectNode> objects = LenientJson.objects(text);
    List<Moment> moments = new ArrayList<>();
    for (ObjectNode object : objects) {
      moments.add(
          new Moment(
              seconds(object, STARTS), seconds(object, ENDS), first(object, TEXTS).asText("")));
    }
    return answer(
        Optional.of(JsonNodeFactory.instance.arrayNode().addAll(objects).toString()), moments);
  }

  private static ParsedAnswer answer(Optional<String> json, List<Moment> moments) {
    return new ParsedAnswer(json, List.of(), Map.of(), List.of(), moments);
  }

  private static double seconds(JsonNode object, List<String> keys) {
    JsonNode time = first(object, keys);
    return (time.isNumber() ? OptionalDouble.of(time.asDouble()) : clock(time.asText()))
        .orElseThrow(
            () ->
                new UnparsableAnswerException(
                    "An event has no time under %s".formatted(String.join(" or ", keys))));
  }

  private static JsonNode first(JsonNode object, List<String> keys) {
    return keys.stream()
        .filter(object::hasNonNull)
        .findFirst()
        .map(object::get)
        .orElse(JsonNodeFactory.instance.missingNode());
  }

  /** {@code mm:ss.ff}, {@code h:mm:ss.ff}; minutes may exceed 59. */
  private static OptionalDouble clock(String text) {
    Matcher clock = CLOCK.matcher(text.strip());
    if (!clock.matches()) {
      return OptionalDouble.empty();
    }
    int hours = clock.group(1) == null ? 0 : Integer.parseInt(clock.group(1));
    int minutes = 60 * hours + Integer.parseInt(clock.group(2));
    return OptionalDouble.of(60.0 * minutes + Double.parseDouble(clock.group(3)));
  }
}
