package io.github.qwenvlspark.runtime.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.GenerationOptions;
import io.github.qwenvlspark.runtime.Message;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.ArrayList;
import java.util.List;

/** The prompts in {@code tiny-model-inputs}, which all tiny models were asked. */
public final class TinyPrompts {
  private TinyPrompts() {}

  /** All prompts, in the order of the file. */
  public static List<JsonNode> all() {
    return GoldenJson.cases("tiny-model-inputs/cases.json", "cases").toList();
  }

  /** The prompt of that name. */
  public static JsonNode named(String name) {
    return all().stream()
        .filter(prompt -> prompt.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The prompt as a user would ask it. */
  public static Request request(JsonNode prompt, int maxNewTokens, double penalty) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : prompt.path("messages")) {
      List<Part> parts = new ArrayList<>();
      if (message.path("content").isTextual()) {
        parts.add(new Part.Text(message.path("content").asText()));
      }
      for (JsonNode part : message.path("content")) {
        if (part.has("image")) {
          parts.add(image(stem(part.path("image").asText())));
        } else if (part.has("video")) {
          List<String> frames = new ArrayList<>();
          part.path("video").forEach(frame -> frames.add(stem(frame.asText())));
          parts.add(video(frames, 2 / part.path("second_per_grid_t").asDouble()));
        } else {
          parts.add(new Part.Text(part.path("text").asText()));
        }
      }
      messages.add(new Message(message.path("role").asText(), parts));
    }
    return new Request(
        messages, GenerationOptions.greedy(maxNewTokens).withRepetitionPenalty(penalty));
  }

  private static String stem(String path) {
    return path.replace("images/", "").replace(".png", "");
  }

  public static Part image(String name) {
    return new Part.Image(
        Pixels.image("tiny-model-inputs/images/" + name + ".png"), VisualSize.DEFAULT);
  }

  /** Frames have their final size already: the smallest limit leaves them alone. */
  public static Part video(List<String> frames, double sampleFps) {
    return new Part.Video(
        frames.stream()
            .map(name -> Pixels.image("tiny-model-inputs/images/" + name + ".png"))
            .toList(),
        sampleFps,
        VisualSize.between(1, 12845056));
  }
}
