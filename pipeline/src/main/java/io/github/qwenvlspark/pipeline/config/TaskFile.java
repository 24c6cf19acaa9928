package io.github.qwenvlspark.pipeline.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.qwenvlspark.runtime.GenerationOptions;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaKind;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One YAML task file: a task, and under {@code models} what differs for models whose name matches a
 * pattern.
 */
final class TaskFile {
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();
  static final Set<String> KEYS =
      Stream.concat(
              TaskGeneration.KEYS.stream(),
              Stream.of(
                  "task",
                  "description",
                  "media",
                  "system",
                  "prompt",
                  "parameters",
                  "needs",
                  "order",
                  "answer",
                  "min_pixels",
                  "max_pixels",
                  "huge",
                  "huge_pixels",
                  "pdf_dpi",
                  "pdf_long_side",
                  "fps",
                  "min_frames",
                  "max_frames",
                  "response_schema",
                  "models"))
          .collect(Collectors.toUnmodifiableSet());

  /** What is said once for all models. */
  private static final Set<String> OF_THE_FILE = Set.of("task", "description", "models");

  private static final List<String> OF_PAGES = List.of("pdf_dpi", "pdf_long_side");

  private static final List<String> OF_CLIPS = List.of("fps", "min_frames", "max_frames");

  private static final List<String> OF_HUGE_PICTURES = List.of("huge", "huge_pixels");

  private static final List<String> SAID_BY_CONVERSATIONS =
      List.of("system", "min_pixels", "max_pixels", "fps", "min_frames", "max_frames");

  private final String source;
  private final String text;
  private final ObjectNode root;
  private final Optional<Path> folder;

  private TaskFile(String source, String text, ObjectNode root, Optional<Path> folder) {
    this.source = source;
    this.text = text;
    this.root = root;
    this.folder = folder;
  }

  /** Reads a task file of a folder, which may hold files that the task names. */
  static TaskFile read(Path file) throws IOException {
    return read(
        file.toString(), Files.readString(file), Optional.of(file.toAbsolutePath().getParent()));
  }

  /** Reads a task file that stands for itself; {@code source} names it in errors. */
  static TaskFile read(String source, String text) {
    return read(source, text, Optional.empty());
  }

  private static TaskFile read(String source, String text, Optional<Path> folder) {
    try {
      JsonNode root = YAML.readTree(text);
      if (!(root instanceof ObjectNode object)) {
        throw new BadRequestException(source + ": a task file is a list of keys and values");
      }
      TaskFile file = new TaskFile(source, text, object, folder);
      file.requireKnownKeys();
      return file;
    } catch (MismatchedInputException e) {
      throw new BadRequestException(
          "%s, line %d: a key stands there for the second time"
              .formatted(source, e.getLocation().getLineNr()),
          e);
    } catch (JsonProcessingException e) {
      // What is nested too deep or has too many digits comes without a place.
      String line = e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
      throw new BadRequestException(source + line + ": this is no YAML", e);
    }
  }

  private void requireKnownKeys() {
    requireKnownKeys(root);
    JsonNode models = root.path("models");
    if (!models.isMissingNode() && !models.isObject()) {
      throw problem("models", "a map of patterns is needed");
    }
    for (JsonNode model : models) {
      if (!(model instanceof ObjectNode level)) {
        throw problem("models", "a map of patterns is needed");
      }
      requireKnownKeys(level);
      for (String key : OF_THE_FILE) {
        if (level.has(key)) {
          throw problem("models", "%s is said once for all models".formatted(key));
        }
      }
    }
  }

  private void requireKnownKeys(ObjectNode level) {
    for (Map.Entry<String, JsonNode> entry : level.properties()) {
      if (!KEYS.contains(entry.getKey())) {
        throw problem(
            entry.getKey(),
            "no such key; known are " + String.join(", ", KEYS.stream().sorted().toList()));
      }
    }
  }

  /**
   * Refuses a file whose task has another name: it would be asked for by one and stored by the
   * other.
   */
  void requireName(String name) {
    if (!root.path("task").asText().equals(name)) {
      throw problem("task", "\"%s\" is needed, as the file is named".formatted(name));
    }
  }

  /** The task as it is for the model of that name. */
  Task forModel(String modelName) {
    ObjectNode merged = root.deepCopy();
    for (Map.Entry<String, JsonNode> model : root.path("models").properties()) {
      if (matches(model.getKey(), modelName)) {
        merged.setAll((ObjectNode) model.getValue());
      }
    }
    requireOrder(merged, "min_pixels", 0, "max_pixels");
    requireOrder(merged, "min_frames", 4, "max_frames");
    requireFreeOfWhatConversationsSay(merged);
    Task task =
        new Task(
            required(merged, "task"),
            media(merged),
            optional(merged, "system"),
            required(merged, "prompt"),
            parameters(merged),
            choice(merged, "order", Task.ContentOrder.class, "vision_first"),
            choice(merged, "answer", AnswerFormat.class, "text"),
            generation(merged),
            number(merged, "min_pixels", 0, 0),
            number(merged, "max_pixels", 0, 0),
            fps(merged),
            number(merged, "min_frames", 1, 4),
            number(merged, "max_frames", 0, 0),
            new HugePictures(
                choice(merged, "huge", HugePictures.Policy.class, "as_set"),
                number(merged, "huge_pixels", 0, 0)),
            PageSize.of(
                optionalNumber(merged, "pdf_dpi", 1), optionalNumber(merged, "pdf_long_side", 0)),
            needs(merged));
    requirePicturesForTheirSize(task);
    requireFreeOfWhatPagesNeed(merged, task);
    requireFreeOfWhatPicturesNeed(merged, task);
    requireFreeOfWhatClipsNeed(merged, task);
    return task;
  }

  /**
   * Refuses a file that is wrong for any model, those included whose names its patterns match.
   *
   * @throws BadRequestException naming file, line and what is needed
   */
  Task check() {
    root.path("models").properties().forEach(model -> forModel(model.getKey().replace("*", "")));
    return forModel("");
  }

  /** One line about the task; empty if its file has none. */
  String description() {
    return optional(root, "description").strip();
  }

  /** The file as it was written. */
  String text() {
    return text;
  }

  /** Where it was read. */
  String source() {
    return source;
  }

  private GenerationOptions generation(ObjectNode node) {
    GenerationOptions options = new TaskGeneration(node, this::problem).read();
    if (!node.has("response_schema")) {
      return options;
    }
    try {
      return options.withResponseSchema(responseSchema(node.get("response_schema")));
    } catch (QwenVlException | IllegalArgumentException e) {
      throw problem("response_schema", e.getMessage());
    }
  }

  /** Written out in the task file, or in a file beside it. */
  private String responseSchema(JsonNode value) {
    if (value.isObject()) {
      return value.toString();
    }
    if (!value.isTextual() || folder.isEmpty()) {
      throw problem("response_schema", "a JSON Schema, or the name of a file beside the task");
    }
    Path file = folder.get().resolve(value.asText());
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new BadRequestException(
          "%s, line %d: response_schema: cannot read %s"
              .formatted(source, line("response_schema"), file),
          e);
    }
  }

  private void requirePicturesForTheirSize(Task task) {
    if (task.saysSize() && !task.media().equals(List.of(MediaKind.IMAGE))) {
      throw problem("system", "the resized size of a picture is told with media: [image] only");
    }
  }

  private void requireFreeOfWhatPicturesNeed(ObjectNode node, Task task) {
    for (String key : OF_HUGE_PICTURES) {
      if (node.has(key) && task.media().equals(List.of(MediaKind.VIDEO))) {
        throw problem(key, "this has an effect on pictures and pages only, and media names none");
      }
      if (node.has(key) && task.order() == Task.ContentOrder.CONVERSATION) {
        throw problem(key, "with order: conversation, each picture is shown whole");
      }
    }
    if (task.huge().policy() == HugePictures.Policy.TILE
        && task.answer() == AnswerFormat.TOOL_CALL) {
      throw problem("huge", "a tool call acts on a whole screen, which tiles do not show");
    }
  }

  private void requireFreeOfWhatPagesNeed(ObjectNode node, Task task) {
    for (String key : OF_PAGES) {
      if (node.has(key) && !task.media().contains(MediaKind.PDF)) {
        throw problem(key, "this has an effect on pages of PDFs only, and media names no pdf");
      }
    }
  }

  private void requireFreeOfWhatClipsNeed(ObjectNode node, Task task) {
    for (String key : OF_CLIPS) {
      if (node.has(key) && !task.media().contains(MediaKind.VIDEO)) {
        throw problem(key, "this has an effect on clips only, and media names no video");
      }
    }
  }

  /** A conversation has its own system turn, and its parts their own sizes and frames. */
  private void requireFreeOfWhatConversationsSay(ObjectNode node) {
    if (choice(node, "order", Task.ContentOrder.class, "vision_first")
        == Task.ContentOrder.CONVERSATION) {
      for (String key : SAID_BY_CONVERSATIONS) {
        if (node.has(key)) {
          throw problem(key, "with order: conversation, the messages themselves say this");
        }
      }
      if (media(node).contains(MediaKind.PDF)) {
        throw problem("media", "a conversation shows pictures and clips, no pdf");
      }
    }
  }

  private static boolean matches(String glob, String name) {
    String regex =
        Arrays.stream(glob.split("\\*", -1))
            .map(Pattern::quote)
            .reduce((a, b) -> a + ".*" + b)
            .orElse("");
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE).matcher(name).matches();
  }

  private String required(ObjectNode node, String key) {
    if (!node.path(key).isTextual() || node.path(key).asText().isBlank()) {
      throw problem(key, "text is needed here");
    }
    return node.path(key).asText();
  }

  private String optional(ObjectNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isMissingNode() && !value.isTextual()) {
      throw problem(key, "text is needed here");
    }
    return value.asText("");
  }

  private List<MediaKind> media(ObjectNode node) {
    List<MediaKind> kinds = new ArrayList<>();
    node.path("media")
        .forEach(kind -> kinds.add(constant("media", MediaKind.class, kind.asText())));
    if (kinds.isEmpty()) {
      throw problem("media", "at least one of image, pdf, video is needed");
    }
    return kinds;
  }

  private Map<String, String> parameters(ObjectNode node) {
    JsonNode values = node.path("parameters");
    Map<String, String> parameters = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : values.properties()) {
      if (!entry.getValue().isValueNode()) {
        throw problem("parameters", "\"%s\" is no single value".formatted(entry.getKey()));
      }
      parameters.put(entry.getKey(), entry.getValue().asText());
    }
    if (!values.isMissingNode() && !values.isObject()) {
      throw problem("parameters", "a map of names and values is needed");
    }
    return parameters;
  }

  private List<String> needs(ObjectNode node) {
    List<String> names = new ArrayList<>();
    JsonNode values = node.path("needs");
    for (JsonNode name : values) {
      if (!name.isTextual() || !node.path("prompt").asText().contains("{" + name.asText() + "}")) {
        throw problem("needs", "each is a name that the prompt has in braces");
      }
      names.add(name.asText());
    }
    if (!values.isMissingNode() && !values.isArray()) {
      throw problem("needs", "a list of names is needed");
    }
    return names;
  }

  private <E extends Enum<E>> E choice(
      ObjectNode node, String key, Class<E> type, String fallback) {
    return constant(key, type, node.path(key).asText(fallback));
  }

  private <E extends Enum<E>> E constant(String key, Class<E> type, String name) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(name)) {
        return constant;
      }
    }
    String known =
        String.join(
            ", ",
            Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList());
    throw problem(key, "\"%s\" is none of %s".formatted(name, known));
  }

  private int number(ObjectNode node, String key, int least, int fallback) {
    JsonNode value = node.path(key);
    if (value.isMissingNode()) {
      return fallback;
    }
    if (!value.canConvertToInt() || !value.isIntegralNumber() || value.asInt() < least) {
      throw problem(key, "a whole number of at least %d is needed".formatted(least));
    }
    return value.asInt();
  }

  private OptionalInt optionalNumber(ObjectNode node, String key, int least) {
    return node.has(key) ? OptionalInt.of(number(node, key, least, least)) : OptionalInt.empty();
  }

  /** Refuses a largest value below the least; 0 means that the model's own limit holds. */
  private void requireOrder(ObjectNode node, String least, int fallback, String most) {
    int low = number(node, least, 0, fallback);
    int high = number(node, most, 0, 0);
    if (high > 0 && high < low) {
      throw problem(most, "at least %s (%d) is needed".formatted(least, low));
    }
  }

  private double fps(ObjectNode node) {
    JsonNode value = node.path("fps");
    if (value.isMissingNode()) {
      return 2.0;
    }
    if (!value.isNumber() || !(value.asDouble() > 0) || Double.isInfinite(value.asDouble())) {
      throw problem("fps", "a positive number is needed");
    }
    return value.asDouble();
  }

  private BadRequestException problem(String key, String what) {
    return new BadRequestException("%s, line %d: %s: %s".formatted(source, line(key), key, what));
  }

  /** The first line that has the key; 1 if it is missing. */
  private int line(String key) {
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].strip().startsWith(key + ":")) {
        return i + 1;
      }
    }
    return 1;
  }
}
