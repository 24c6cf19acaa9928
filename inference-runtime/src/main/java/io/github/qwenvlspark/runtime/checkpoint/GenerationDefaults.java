package io.github.qwenvlspark.runtime.checkpoint;

import java.nio.file.Path;
import java.util.List;

/**
 * What {@code generation_config.json} says about ending and repeating. Its sampling settings are
 * not here: as published they amount to greedy choice.
 */
public record GenerationDefaults(List<Integer> eosTokenIds, double repetitionPenalty) {
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
    double penalty = json.doubleOr("repetition_penalty", 1.0);
    if (!(penalty > 0)) {
      throw CheckpointProblem.in(file, "repetition_penalty must be positive, not " + penalty);
    }
    return new GenerationDefaults(eos, penalty);
  }
}
