package io.github.qwenvlspark.pipeline.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.pipeline.manifest.Reading;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A clip whose frames are pictures.
 *
 * @param names of the pictures; none where the document itself is a zip of them
 * @param fps how many of them stand for a second
 */
public record FrameSequence(List<String> names, double fps) {
  /** As in the reference, where a list of frames says nothing else. */
  private static final double DEFAULT_FPS = 2.0;

  private static final double MOST_FPS = 1000;
  private static final ObjectMapper JSON = new ObjectMapper();

  public FrameSequence {
    names = List.copyOf(names);
  }

  /**
   * What a manifest row says of its frames.
   *
   * @throws QwenVlException INVALID_REQUEST
   */
  static FrameSequence of(Reading reading) {
    return new FrameSequence(
        reading.frames().map(FrameSequence::names).orElse(List.of()),
        reading.frameFps().map(FrameSequence::fps).orElse(DEFAULT_FPS));
  }

  private static List<String> names(String json) {
    JsonNode list;
    try {
      list = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw wrong("frames", "a list of URIs, or a JSON list of them as text");
    }
    List<String> names = new ArrayList<>();
    for (JsonNode name : list) {
      if (!name.isTextual() || name.asText().isBlank()) {
        throw wrong("frames", "a list of URIs; one of its items is none");
      }
      names.add(name.asText());
    }
    if (!list.isArray() || names.isEmpty()) {
      throw wrong("frames", "a list of at least one URI");
    }
    return names;
  }

  private static double fps(String text) {
    try {
      double fps = Double.parseDouble(text.strip());
      if (fps > 0 && fps <= MOST_FPS) {
        return fps;
      }
    } catch (NumberFormatException e) {
      // The same answer as to a number out of bounds.
    }
    throw wrong("frame_fps", "a number of frames for a second, above 0 and at most 1000");
  }

  private static QwenVlException wrong(String column, String expected) {
    return new QwenVlException(
        ErrorType.INVALID_REQUEST,
        "The manifest's column %s must hold %s".formatted(column, expected));
  }

  /** How it enters the content of a row; nothing where it says nothing. */
  String key(String content) {
    return fps == DEFAULT_FPS ? content : content + ",fps:" + fps;
  }

  /** The content of which {@link #key} made this. */
  public String contentOf(String key) {
    return key.substring(0, key.length() - key("").length());
  }

  static Optional<FrameSequence> fromRow(List<String> names, Double fps) {
    return fps == null ? Optional.empty() : Optional.of(new FrameSequence(names, fps));
  }
}
