package io.github.qwenvlspark.runtime.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.TimeSpan;
import io.github.qwenvlspark.runtime.preprocess.FrameSampler;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The grammar of a conversation: which part is a picture, a clip or text, and what is said of it.
 *
 * <p>Sources: the published chat template (a picture wins over a clip, a clip over text), {@code
 * extract_vision_info}, {@code fetch_image} and {@code fetch_video} in qwen-vl-utils,
 * vision_process.py. What the template would show and the utilities then refuse is refused here.
 */
final class ConversationReader {
  private static final List<String> MEDIA = List.of("image", "image_url", "video");
  private static final Set<String> TYPES = Set.of("image", "image_url", "video", "text");
  private static final double LIST_FPS = 2.0;
  private static final double CLIP_FPS = 2.0;
  private static final int CLIP_MIN_FRAMES = 4;

  /**
   * A picture within the JSON is one long string: its own limit is that of media, not Jackson's.
   */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ConversationReader() {}

  /** A list of messages, or an object whose only key {@code messages} holds one. */
  static List<Conversation.Turn> read(String json) {
    JsonPlace root = new JsonPlace("messages", parse(json));
    if (root.node().isObject()) {
      if (root.node().size() != 1 || !root.has("messages")) {
        throw new QwenVlException(
            ErrorType.INVALID_REQUEST,
            "a list of messages is needed, or an object with the one key messages");
      }
      root = new JsonPlace("", root.node()).at("messages");
    }
    if (!root.node().isArray() || root.node().isEmpty()) {
      throw root.wrong("a list of at least one message is needed");
    }
    return root.items().stream().map(ConversationReader::turn).toList();
  }

  private static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      // Without its cause, whose message quotes the text.
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST, "messages: no valid JSON" + where(e.getLocation()));
    }
  }

  /** What is nested too deep or has too many digits comes without a place. */
  private static String where(JsonLocation location) {
    return location == null
        ? ""
        : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }

  private static Conversation.Turn turn(JsonPlace message) {
    if (!message.node().isObject()) {
      throw message.wrong("an object with role and content is needed");
    }
    String role = message.at("role").text();
    if (role.isBlank()) {
      throw message.at("role").wrong("a role is needed, such as user");
    }
    JsonPlace content = message.at("content");
    if (content.node().isTextual()) {
      return new Conversation.Turn(role, List.of(new Piece.Text(content.text())));
    }
    if (!content.node().isArray()) {
      throw content.wrong("text or a list of parts is needed");
    }
    return new Conversation.Turn(
        role, content.items().stream().map(ConversationReader::piece).toList());
  }

  private static Piece piece(JsonPlace part) {
    if (!part.node().isObject()) {
      throw part.wrong("an object such as {\"type\": \"text\", \"text\": ...} is needed");
    }
    String type = part.has("type") ? part.at("type").text() : "";
    if (!type.isEmpty() && !TYPES.contains(type)) {
      throw part.at("type").wrong("none of image, image_url, video, text");
    }
    if (part.has("image") || part.has("image_url")) {
      return new Piece.Picture(
          reference(part.at(part.has("image") ? "image" : "image_url")), size(part));
    }
    if (type.startsWith("image")) {
      throw part.at(type).wrong("a part of type %s needs its reference here".formatted(type));
    }
    if (part.has("video")) {
      return video(part, part.at("video"));
    }
    if (type.equals("video")) {
      throw part.at(type).wrong("a part of type video needs its reference here");
    }
    if (!part.has("text")) {
      throw part.wrong("one of the keys image, image_url, video, text is needed");
    }
    return new Piece.Text(part.at("text").text());
  }

  /** See {@link Conversation#renamed}. */
  static String renamed(String json, UnaryOperator<String> name) {
    JsonNode root = parse(json);
    JsonNode before = root.deepCopy();
    for (String key : MEDIA) {
      for (JsonNode part : root.findParents(key)) {
        ((ObjectNode) part).set(key, renamed(part.get(key), name));
      }
    }
    return root.equals(before) ? json : root.toString();
  }

  /** Names stand where {@link #reference} and {@link #video} look for them. */
  private static JsonNode renamed(JsonNode media, UnaryOperator<String> name) {
    if (media instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        list.set(i, renamed(list.get(i), name));
      }
    } else if (media instanceof ObjectNode object && object.has("url")) {
      object.set("url", renamed(object.get("url"), name));
    } else if (media.isTextual() && !media.textValue().startsWith("data:")) {
      return TextNode.valueOf(name.apply(media.textValue()));
    }
    return media;
  }

  /** Text, or an object whose key {@code url} holds it. */
  private static MediaReference reference(JsonPlace place) {
    JsonPlace text = place.node().isObject() ? place.at("url") : place;
    if (!text.node().isTextual()) {
      throw text.wrong("a path, a URI or an object with a url is needed");
    }
    return new MediaReference(text.place(), text.text());
  }

  private static Piece video(JsonPlace part, JsonPlace video) {
    if (!video.node().isArray()) {
      return new Piece.Clip(reference(video), span(part), frames(part), size(part));
    }
    List<MediaReference> pictures = new ArrayList<>();
    video.items().forEach(item -> pictures.add(reference(item)));
    if (pictures.isEmpty()) {
      throw video.wrong("a list of at least one picture is needed");
    }
    OptionalDouble fps = part.positive(part.has("fps") ? "fps" : "sample_fps");
    return new Piece.Pictures(pictures, fps.orElse(LIST_FPS), size(part));
  }

  private static TimeSpan span(JsonPlace part) {
    double start = part.notNegative("video_start").orElse(0);
    double end = part.notNegative("video_end").orElse(Double.POSITIVE_INFINITY);
    if (end < start) {
      throw part.at("video_end").wrong("this is before video_start");
    }
    return new TimeSpan(start, end);
  }

  private static FrameSampler frames(JsonPlace part) {
    OptionalInt count = part.whole("nframes", 1);
    OptionalDouble fps = part.positive("fps");
    if (count.isPresent()) {
      if (fps.isPresent()) {
        throw part.wrong("fps and nframes contradict each other; one of them is needed");
      }
      return new FrameSampler.Count(count.getAsInt());
    }
    return new FrameSampler.Rate(
        fps.orElse(CLIP_FPS),
        part.whole("min_frames", 1).orElse(CLIP_MIN_FRAMES),
        part.whole("max_frames", 1));
  }

  /** One of {@code resized_height} and {@code resized_width} alone is ignored by the reference. */
  private static VisualSize size(JsonPlace part) {
    OptionalInt height = part.whole("resized_height", 1);
    OptionalInt width = part.whole("resized_width", 1);
    Optional<Size> exact =
        height.isPresent() && width.isPresent()
            ? Optional.of(new Size(height.getAsInt(), width.getAsInt()))
            : Optional.empty();
    return new VisualSize(
        part.whole("min_pixels", 0),
        part.whole("max_pixels", 1),
        part.whole("total_pixels", 1),
        exact);
  }
}
