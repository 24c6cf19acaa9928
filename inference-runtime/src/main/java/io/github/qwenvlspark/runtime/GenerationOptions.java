package io.github.qwenvlspark.runtime;

import java.io.Serializable;

/**
 * How an answer is generated: greedily, after the repetition penalty.
 *
 * @param maxNewTokens most tokens of the answer, the end token included; at least 1
 * @param repetitionPenalty 1 for none; {@link #CHECKPOINT_PENALTY} for what {@code
 *     generation_config.json} of the checkpoint says (1 if it says nothing)
 */
public record GenerationOptions(int maxNewTokens, double repetitionPenalty)
    implements Serializable {
  /** Take the penalty of the checkpoint's {@code generation_config.json}. */
  public static final double CHECKPOINT_PENALTY = 0;

  public GenerationOptions {
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException("maxNewTokens must be at least 1, not " + maxNewTokens);
    }
    if (repetitionPenalty < 0 || Double.isNaN(repetitionPenalty)) {
      throw new IllegalArgumentException(
          "repetitionPenalty must be positive, not " + repetitionPenalty);
    }
  }

  public static GenerationOptions greedy(int maxNewTokens) {
    return new GenerationOptions(maxNewTokens, CHECKPOINT_PENALTY);
  }
}
