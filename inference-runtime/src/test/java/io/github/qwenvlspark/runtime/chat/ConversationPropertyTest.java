package io.github.qwenvlspark.runtime.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Conversations that someone, or something, has broken: a typed failure or success, never more. */
class ConversationPropertyTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final byte[] PICTURE = Pixels.bytes("images/files/rgb_odd.png");
  private static final byte[] CLIP = Pixels.bytes("videos/files/h264.mp4");
  private static final MediaSource ANYTHING = name -> name.endsWith(".mp4") ? CLIP : PICTURE;

  /** Keys that mean something somewhere, to be put everywhere. */
  private static final List<String> KEYS =
      List.of(
          ("role content type text image image_url video url fps sample_fps nframes min_frames"
                  + " max_frames min_pixels max_pixels total_pixels resized_height resized_width"
                  + " video_start video_end messages")
              .split(" "));

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1",
          "2.5",
          "1e999",
          "2147483648",
          "1e9",
          "\"\"",
          "\"a.png\"",
          "\"a.mp4\"",
          "[]",
          "{}",
          "[\"a.png\", \"b.png\"]",
          "{\"url\": \"a.png\"}",
          "\"data:image/png;base64,AAAA\"",
          "\"data:base64,\"",
          "\"file://\"",
          "\"video\"",
          "[[]]",
          "\"<|image_pad|>\"",
          "\"\\u0000\"");

  private static final List<JsonNode> CONVERSATIONS =
      GoldenJson.cases("text/chat_template.json", "cases")
          .map(golden -> golden.path("messages"))
          .toList();

  static LongStream seeds() {
    return LongStream.range(0, 3000);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aBrokenConversationLoadsOrFailsTyped(long seed) {
    Random random = new Random(seed);
    JsonNode conversation = pick(CONVERSATIONS, random).deepCopy();
    for (int i = random.nextInt(4); i >= 0; i--) {
      mutate(conversation, random);
    }
    String json = conversation.toString();
    assertTyped(random.nextInt(3) == 0 ? scratched(json, random) : json);
  }

  private static void assertTyped(String json) {
    Throwable failure =
        catchThrowable(
            () ->
                Conversation.parse(json, MediaLimits.DEFAULT).load(ANYTHING, MediaLimits.DEFAULT));
    if (failure != null) {
      assertThat(failure).as(json).isInstanceOf(QwenVlException.class);
    }
  }

  /** Changes, adds or removes something somewhere. */
  private static void mutate(JsonNode root, Random random) {
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers);
    JsonNode container = pick(containers, random);
    if (container instanceof ObjectNode object) {
      String key = pick(KEYS, random);
      if (random.nextInt(4) == 0 && !object.isEmpty()) {
        object.remove(object.fieldNames().next());
      } else {
        object.set(key, value(random));
      }
    } else if (container instanceof ArrayNode array) {
      if (array.isEmpty() || random.nextBoolean()) {
        array.add(value(random));
      } else if (random.nextBoolean()) {
        array.remove(random.nextInt(array.size()));
      } else {
        array.set(random.nextInt(array.size()), value(random));
      }
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private static JsonNode value(Random random) {
    try {
      return MAPPER.readTree(pick(VALUES, random));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text with a few characters lost, doubled or replaced. */
  private static String scratched(String json, Random random) {
    StringBuilder text = new StringBuilder(json);
    for (int i = random.nextInt(3); i >= 0 && !text.isEmpty(); i--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(3)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, text.charAt(at));
        default -> text.setCharAt(at, (char) random.nextInt(32, 127));
      }
    }
    return text.toString();
  }

  private static <T> T pick(List<T> values, Random random) {
    return values.get(random.nextInt(values.size()));
  }
}
