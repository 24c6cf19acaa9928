package io.github.qwenvlspark.pipeline.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.runtime.GenerationOptions;
import io.github.qwenvlspark.runtime.GenerationOptions.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The keys of a task file that say how answers are generated, named as in transformers. What is
 * left out comes from the checkpoint's {@code generation_config.json}.
 */
final class TaskGeneration {
  static final Set<String> KEYS =
      Set.of(
          "max_new_tokens",
          "do_sample",
          "temperature",
          "top_k",
          "top_p",
          "min_p",
          "repetition_penalty",
          "seed",
          "stop",
          "stop_loops");

  private static final int MAX_NEW_TOKENS = 1024;

  private final ObjectNode node;
  private final BiFunction<String, String, BadRequestException> problem;

  /**
   * Reads from {@code node}.
   *
   * @param problem makes an exception of a key and what is wrong with it
   */
  TaskGeneration(ObjectNode node, BiFunction<String, String, BadRequestException> problem) {
    this.node = node;
    this.problem = problem;
  }

  GenerationOptions read() {
    Mode mode = mode();
    if (mode == Mode.GREEDY && node.has("seed")) {
      throw problem.apply("seed", "this has an effect with do_sample = true only");
    }
    try {
      return new GenerationOptions(
          (int) whole("max_new_tokens", MAX_NEW_TOKENS, 1, Integer.MAX_VALUE),
          mode,
          number("repetition_penalty"),
          number("temperature"),
          (int) whole("top_k", GenerationOptions.UNSET, 0, Integer.MAX_VALUE),
          number("top_p"),
          number("min_p"),
          whole("seed", 0, Long.MIN_VALUE, Long.MAX_VALUE),
          stop(),
          flag("stop_loops").orElse(true));
    } catch (IllegalArgumentException e) {
      throw problem.apply(named(e.getMessage()), e.getMessage());
    }
  }

  /** The key that a message is about: its first word that is one. */
  private String named(String message) {
    for (String word : message.split("\\W+", -1)) {
      if (KEYS.contains(word) && node.has(word)) {
        return word;
      }
    }
    return "stop";
  }

  private Mode mode() {
    return flag("do_sample")
        .map(sampled -> sampled ? Mode.SAMPLE : Mode.GREEDY)
        .orElse(Mode.CHECKPOINT);
  }

  private Optional<Boolean> flag(String key) {
    JsonNode value = node.path(key);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isBoolean()) {
      throw problem.apply(key, "true or false is needed");
    }
    return Optional.of(value.asBoolean());
  }

  private double number(String key) {
    JsonNode value = node.path(key);
    if (value.isMissingNode()) {
      return GenerationOptions.UNSET;
    }
    if (!value.isNumber() || value.asDouble() < 0) {
      throw problem.apply(key, "a number that is not negative is needed");
    }
    return value.asDouble();
  }

  private long whole(String key, long fallback, long least, long most) {
    JsonNode value = node.path(key);
    if (value.isMissingNode()) {
      return fallback;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.asLong() < least
        || value.asLong() > most) {
      throw problem.apply(
          key,
          least == Long.MIN_VALUE
              ? "a whole number is needed"
              : "a whole number of at least %d is needed".formatted(least));
    }
    return value.asLong();
  }

  private List<String> stop() {
    JsonNode value = node.path("stop");
    List<String> strings = new ArrayList<>();
    if (value.isTextual()) {
      strings.add(value.asText());
    } else if (!value.isMissingNode() && !value.isArray()) {
      throw problem.apply("stop", "a text or a list of texts is needed");
    }
    for (JsonNode string : value) {
      if (!string.isTextual()) {
        throw problem.apply("stop", "a text or a list of texts is needed");
      }
      strings.add(string.asText());
    }
    return strings;
  }
}
