package io.github.qwenvlspark.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code generation_config.json}: how answers end and how tokens are chosen where a request does
 * not say. What the file leaves out has the defaults of transformers.
 *
 * @param doSample whether tokens are drawn
 * @param topK 0 for all tokens
 * @param topP 1 for all tokens
 * @param minP 0 for all tokens
 */
public record GenerationDefaults(
    List<Integer> eosTokenIds,
    double repetitionPenalty,
    boolean doSample,
    double temperature,
    int topK,
    double topP,
    double minP) {

  /** Keys that would change answers in ways that we do not have, and the value that does not. */
  private static final Map<String, String> NEUTRAL =
      Map.ofEntries(
          Map.entry("num_beams", "1"),
          Map.entry("num_return_sequences", "1"),
          Map.entry("no_repeat_ngram_size", "0"),
          Map.entry("encoder_no_repeat_ngram_size", "0"),
          Map.entry("encoder_repetition_penalty", "1.0"),
          Map.entry("typical_p", "1.0"),
          Map.entry("epsilon_cutoff", "0.0"),
          Map.entry("eta_cutoff", "0.0"),
          Map.entry("top_h", ""),
          Map.entry("penalty_alpha", "0.0"),
          Map.entry("min_length", "0"),
          Map.entry("min_new_tokens", "0"),
          Map.entry("bad_words_ids", ""),
          Map.entry("force_words_ids", ""),
          Map.entry("sequence_bias", ""),
          Map.entry("suppress_tokens", ""),
          Map.entry("begin_suppress_tokens", ""),
          Map.entry("forced_bos_token_id", ""),
          Map.entry("forced_eos_token_id", ""),
          Map.entry("exponential_decay_length_penalty", ""),
          Map.entry("guidance_scale", "1.0"),
          Map.entry("dola_layers", ""),
          Map.entry("watermarking_config", ""),
          Map.entry("stop_strings", ""));

  public GenerationDefaults {
    eosTokenIds = List.copyOf(eosTokenIds);
  }

  static GenerationDefaults read(Path file, ModelConfig config) {
    JsonFile json = JsonFile.readIfPresent(file);
    List<Integer> eos = json.ints("eos_token_id");
    if (eos.isEmpty()) {
      eos = config.eosTokenIds();
    }
    if (eos.isEmpty()) {
      throw CheckpointProblem.in(
          file, "eos_token_id is neither here nor in config.json: answers would never end");
    }
    NEUTRAL.forEach((key, neutral) -> requireNeutral(file, json, key, neutral));
    GenerationDefaults defaults =
        new GenerationDefaults(
            eos,
            json.doubleOr("repetition_penalty", 1.0),
            json.root().path("do_sample").asBoolean(false),
            json.doubleOr("temperature", 1.0),
            json.intOr("top_k", 50),
            json.doubleOr("top_p", 1.0),
            json.doubleOr("min_p", 0.0));
    defaults.requireSound(file);
    return defaults;
  }

  private static void requireNeutral(Path file, JsonFile json, String key, String neutral) {
    JsonNode value = json.root().path(key);
    boolean isNeutral =
        value.isMissingNode()
            || value.isNull()
            || (value.isContainerNode() && value.isEmpty())
            || (value.isBoolean() && !value.asBoolean())
            || (value.isNumber()
                && !neutral.isEmpty()
                && value.asDouble() == Double.parseDouble(neutral));
    if (!isNeutral) {
      throw CheckpointProblem.in(
          file, key + " = " + value + " would change answers and is not supported; remove the key");
    }
  }

  private void requireSound(Path file) {
    requireRange(file, "repetition_penalty", repetitionPenalty, repetitionPenalty > 0);
    requireRange(file, "temperature", temperature, !doSample || temperature > 0);
    requireRange(file, "top_k", topK, topK >= 0);
    requireRange(file, "top_p", topP, topP > 0 && topP <= 1);
    requireRange(file, "min_p", minP, minP >= 0 && minP <= 1);
  }

  private static void requireRange(Path file, String key, double value, boolean holds) {
    if (!holds) {
      throw CheckpointProblem.in(file, key + " cannot be " + value);
    }
  }
}
