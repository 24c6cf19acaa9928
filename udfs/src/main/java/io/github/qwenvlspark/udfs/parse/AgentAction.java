package io.github.qwenvlspark.udfs.parse;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.udfs.geometry.BoxMapping;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What an agent wants to do: a call of {@code mobile_use} or {@code computer_use}. What an action
 * does not need is empty.
 *
 * @param name of the tool
 * @param action such as {@code click}
 * @param coordinate {@code [x, y]} of the screen
 * @param coordinate2 {@code [x, y]} of the screen, where a swipe ends
 * @param text to type, an app to open or a key of a phone
 * @param keys to press together
 * @param pixels to scroll, up where positive
 * @param time in seconds, to wait or to hold
 * @param button Back, Home, Menu or Enter
 * @param status success or failure, when the agent ends
 */
public record AgentAction(
    String name,
    String action,
    List<Integer> coordinate,
    List<Integer> coordinate2,
    Optional<String> text,
    List<String> keys,
    OptionalDouble pixels,
    OptionalDouble time,
    Optional<String> button,
    Optional<String> status) {
  public AgentAction {
    coordinate = List.copyOf(coordinate);
    coordinate2 = List.copyOf(coordinate2);
    keys = List.copyOf(keys);
  }

  /**
   * Reads an answer; places are in pixels of the resized picture.
   *
   * @throws UnparsableAnswerException if it holds no whole call that names an action
   */
  public static AgentAction read(String answer) {
    JsonNode call = ToolCallAnswer.call(answer);
    JsonNode arguments = call.path("arguments");
    return new AgentAction(
        call.path("name").asText(),
        text(arguments, "action")
            .orElseThrow(() -> new UnparsableAnswerException("The answer's call names no action")),
        point(arguments, "coordinate"),
        point(arguments, "coordinate2"),
        text(arguments, "text"),
        texts(arguments.path("keys")),
        number(arguments, "pixels"),
        number(arguments, "time"),
        text(arguments, "button"),
        text(arguments, "status"));
  }

  /** The same with its places on the original screen. */
  public AgentAction on(BoxMapping screen) {
    return new AgentAction(
        name,
        action,
        coordinate.isEmpty() ? coordinate : screen.point(coordinate),
        coordinate2.isEmpty() ? coordinate2 : screen.point(coordinate2),
        text,
        keys,
        pixels,
        time,
        button,
        status);
  }

  private static List<Integer> point(JsonNode arguments, String key) {
    return BoxAnswer.point(key, arguments.path(key)).map(Box::point).orElse(List.of());
  }

  private static Optional<String> text(JsonNode arguments, String key) {
    return Optional.of(arguments.path(key)).filter(JsonNode::isTextual).map(JsonNode::asText);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static OptionalDouble number(JsonNode arguments, String key) {
    double number = arguments.path(key).asDouble(Double.NaN);
    return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
  }
}
