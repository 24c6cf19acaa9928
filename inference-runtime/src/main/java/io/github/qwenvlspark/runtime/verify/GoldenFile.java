package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.GenerationOptions;
import io.github.qwenvlspark.runtime.Message;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a Python stack made of a checkpoint, as {@code docs/verify-golden.py} writes it.
 *
 * @param files digests of the checkpoint's files on that machine
 */
record GoldenFile(List<KnownDigest> files, List<GoldenCase> cases) {
  private static final int FORMAT = 1;
  private static final String SOURCE = "golden file";

  static GoldenFile read(Path file) {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw unusable(file, "it is missing or no JSON");
    }
    if (root.path("format").asInt() != FORMAT) {
      throw unusable(file, "format %d is expected".formatted(FORMAT));
    }
    Map<String, RgbImage> pictures = new HashMap<>();
    root.path("pictures")
        .properties()
        .forEach(entry -> pictures.put(entry.getKey(), picture(file, entry)));
    List<GoldenCase> cases = new ArrayList<>();
    for (JsonNode node : root.path("cases")) {
      try {
        cases.add(new GoldenCase(node, request(file, node, pictures)));
      } catch (IllegalArgumentException e) {
        throw unusable(file, "case \"%s\" asks for what cannot be".formatted(node.path("name")));
      }
    }
    if (cases.isEmpty()) {
      throw unusable(file, "it has no cases");
    }
    List<KnownDigest> files = new ArrayList<>();
    root.path("files")
        .properties()
        .forEach(
            entry -> files.add(new KnownDigest(entry.getKey(), entry.getValue().asText(), SOURCE)));
    return new GoldenFile(List.copyOf(files), List.copyOf(cases));
  }

  private static RgbImage picture(Path file, Map.Entry<String, JsonNode> entry) {
    try {
      byte[] png = Base64.getDecoder().decode(entry.getValue().asText());
      return ImageDecoder.decode(png, MediaLimits.DEFAULT);
    } catch (IllegalArgumentException | QwenVlException e) {
      throw unusable(file, "picture \"%s\" cannot be read".formatted(entry.getKey()));
    }
  }

  private static Request request(Path file, JsonNode node, Map<String, RgbImage> pictures) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : node.path("messages")) {
      List<Part> parts = new ArrayList<>();
      for (JsonNode part : message.path("content")) {
        parts.add(part(file, part, pictures));
      }
      messages.add(new Message(message.path("role").asText("user"), parts));
    }
    int tokens = node.path("greedy").size();
    if (messages.isEmpty() || tokens == 0) {
      throw unusable(file, "a case has no messages or no answer");
    }
    return new Request(messages, GenerationOptions.greedy(tokens));
  }

  private static Part part(Path file, JsonNode part, Map<String, RgbImage> pictures) {
    VisualSize size =
        part.has("resized_height")
            ? VisualSize.exactly(
                new Size(part.path("resized_height").asInt(), part.path("resized_width").asInt()))
            : VisualSize.DEFAULT;
    return switch (part.path("type").asText()) {
      case "text" -> new Part.Text(part.path("text").asText());
      case "image" -> new Part.Image(named(file, part.path("image"), pictures), size);
      case "video" -> {
        List<RgbImage> frames = new ArrayList<>();
        part.path("video").forEach(frame -> frames.add(named(file, frame, pictures)));
        yield new Part.Video(frames, part.path("fps").asDouble(), size);
      }
      default -> throw unusable(file, "a part is neither text nor image nor video");
    };
  }

  private static RgbImage named(Path file, JsonNode name, Map<String, RgbImage> pictures) {
    RgbImage picture = pictures.get(name.asText());
    if (picture == null) {
      throw unusable(file, "a picture is named but not there");
    }
    return picture;
  }

  /** Tokens of the longest prompt with its answer. */
  int mostTokens() {
    return cases.stream().mapToInt(GoldenCase::tokens).max().orElse(0);
  }

  private static QwenVlException unusable(Path file, String why) {
    return new QwenVlException(
        ErrorType.INVALID_REQUEST,
        "Cannot use golden file %s: %s; write it with docs/verify-golden.py".formatted(file, why));
  }
}
