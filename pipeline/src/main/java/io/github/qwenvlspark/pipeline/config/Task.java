package io.github.qwenvlspark.pipeline.config;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.github.qwenvlspark.runtime.GenerationOptions;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaKind;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the model is asked of each document, for one model.
 *
 * @param media what the task reads
 * @param system system prompt; empty for the template's own; {@code {resized_width}} and {@code
 *     {resized_height}} stand for the size at which the model sees the picture
 * @param prompt may hold {@code {column}} placeholders
 * @param parameters values of placeholders where the manifest has no such column
 * @param answer how the answer is read
 * @param generation how it is generated; its seed is mixed with the request's key
 * @param minPixels fewest pixels of a picture; 0 for the checkpoint's own limit
 * @param maxPixels most pixels of a picture; 0 for the checkpoint's own limit
 * @param fps frames for a second of a clip
 * @param maxFrames most frames of a clip; 0 for the reference's own limit
 * @param huge what becomes of huge pictures
 * @param pages how large pages of PDFs are
 * @param needs columns without which a row is not asked
 */
public record Task(
    String name,
    List<MediaKind> media,
    String system,
    String prompt,
    Map<String, String> parameters,
    ContentOrder order,
    AnswerFormat answer,
    GenerationOptions generation,
    int minPixels,
    int maxPixels,
    double fps,
    int minFrames,
    int maxFrames,
    HugePictures huge,
    PageSize pages,
    List<String> needs)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The parameter that names what key information is wanted. */
  private static final String FIELDS = "fields";

  private static final String RESIZED_WIDTH = "{resized_width}";
  private static final String RESIZED_HEIGHT = "{resized_height}";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)}");

  public Task {
    media = List.copyOf(media);
    parameters = Map.copyOf(parameters);
    needs = List.copyOf(needs);
  }

  /** With huge pictures and pages as the settings say; needs no column. */
  public Task(
      String name,
      List<MediaKind> media,
      String system,
      String prompt,
      Map<String, String> parameters,
      ContentOrder order,
      AnswerFormat answer,
      GenerationOptions generation,
      int minPixels,
      int maxPixels,
      double fps,
      int minFrames,
      int maxFrames) {
    this(
        name,
        media,
        system,
        prompt,
        parameters,
        order,
        answer,
        generation,
        minPixels,
        maxPixels,
        fps,
        minFrames,
        maxFrames,
        HugePictures.AS_SET,
        PageSize.AS_SET,
        List.of());
  }

  /** Reads any document for people to look at, frames of clips sparsely; asks the model nothing. */
  public static final Task FOR_DISPLAY =
      new Task(
          "display",
          List.of(MediaKind.values()),
          "",
          "",
          Map.of(),
          ContentOrder.VISION_FIRST,
          AnswerFormat.TEXT,
          GenerationOptions.greedy(1),
          0,
          0,
          2.0,
          4,
          8);

  /** Whether the picture or the text comes first in the user's turn. */
  public enum ContentOrder {
    VISION_FIRST,
    TEXT_FIRST,
    /** The prompt is a whole conversation as JSON, which names its own pictures and clips. */
    CONVERSATION
  }

  /**
   * The prompt of one row: placeholders take the row's columns, then the task's parameters. Within
   * the JSON of a conversation values are quoted, so that they cannot end the text they stand in; a
   * placeholder that is the whole prompt stands for the JSON itself.
   */
  public String promptFor(Map<String, String> columns) {
    boolean quoted =
        order == ContentOrder.CONVERSATION && !PLACEHOLDER.matcher(prompt.strip()).matches();
    return PLACEHOLDER
        .matcher(prompt)
        .replaceAll(
            found -> {
              String value = value(found.group(1), found.group(), columns);
              return Matcher.quoteReplacement(
                  quoted
                      ? new String(JsonStringEncoder.getInstance().quoteAsString(value))
                      : value);
            });
  }

  /** The system prompt about a picture that the model sees at this size. */
  public String systemFor(Size resized) {
    return system
        .replace(RESIZED_WIDTH, Integer.toString(resized.width()))
        .replace(RESIZED_HEIGHT, Integer.toString(resized.height()));
  }

  /** Whether the system prompt says the size at which the model sees the picture. */
  public boolean saysSize() {
    return system.contains(RESIZED_WIDTH) || system.contains(RESIZED_HEIGHT);
  }

  /**
   * A column that the task needs, or that is the whole prompt, where neither the row nor the task
   * has a value for it: there is nothing to ask then.
   */
  public Optional<String> missing(Map<String, String> columns) {
    Matcher whole = PLACEHOLDER.matcher(prompt.strip());
    return Stream.concat(needs.stream(), whole.matches() ? Stream.of(whole.group(1)) : Stream.of())
        .filter(name -> !columns.containsKey(name) && !parameters.containsKey(name))
        .findFirst();
  }

  /** A name that nobody knows is text: prompts show JSON in braces. */
  private String value(String name, String asWritten, Map<String, String> columns) {
    String value = columns.getOrDefault(name, parameters.get(name));
    return value == null ? asWritten : value;
  }

  /** The same task with another prompt. */
  public Task withPrompt(String text) {
    return with(text, parameters, generation);
  }

  /** The same task with answers of at most so many tokens. */
  public Task withMaxNewTokens(int most) {
    return with(prompt, parameters, generation.withMaxNewTokens(most));
  }

  /**
   * The same task, asking for these fields: its parameter {@code fields} names them in the form
   * that the task has them in, JSON or a list, and answers are held to their form unless the task
   * has a {@code response_schema} of its own.
   *
   * @throws BadRequestException if the task has no fields to give, or their form cannot be held
   */
  public Task asking(AskedFields fields) {
    if (order == ContentOrder.CONVERSATION
        || (answer != AnswerFormat.FIELDS && answer != AnswerFormat.JSON)) {
      throw new BadRequestException(
          "Task %s gives no fields of a document; a task with answer: fields or answer: json is needed"
              .formatted(name));
    }
    Map<String, String> asked = new HashMap<>(parameters);
    boolean json = parameters.getOrDefault(FIELDS, "").strip().startsWith("{");
    asked.put(FIELDS, json ? fields.template() : String.join(", ", fields.names()));
    try {
      return with(
          prompt,
          asked,
          generation.responseSchema().isEmpty()
              ? generation.withResponseSchema(fields.responseSchema())
              : generation);
    } catch (QwenVlException e) {
      throw new BadRequestException(
          "The fields cannot be asked for: %s".formatted(e.getMessage()), e);
    }
  }

  private Task with(
      String newPrompt, Map<String, String> newParameters, GenerationOptions newGeneration) {
    return new Task(
        name,
        media,
        system,
        newPrompt,
        newParameters,
        order,
        answer,
        newGeneration,
        minPixels,
        maxPixels,
        fps,
        minFrames,
        maxFrames,
        huge,
        pages,
        needs);
  }
}
