package io.github.qwenvlspark.runtime.engine;

/**
 * How the next token is chosen from its logits: what is left of the checkpoint's and the request's
 * wishes once they are put together.
 *
 * @param repetitionPenalty 1 for none
 * @param sampling how a token is drawn; {@link Sampling#NONE} takes the likeliest one
 * @param form what the whole answer must look like
 */
public record TokenRule(double repetitionPenalty, Sampling sampling, AnswerForm form) {
  /** The likeliest token as the model says it: the graph itself chooses. */
  public static final TokenRule ARGMAX = new TokenRule(1, Sampling.NONE);

  /** For answers of any form. */
  public TokenRule(double repetitionPenalty, Sampling sampling) {
    this(repetitionPenalty, sampling, AnswerForm.ANY);
  }

  /** Whether the choice needs the logits in Java. */
  boolean needsLogits() {
    return !takesLikeliest() || form != AnswerForm.ANY;
  }

  /** Whether the likeliest of the tokens that the form allows is taken. */
  boolean takesLikeliest() {
    return repetitionPenalty == 1 && !sampling.draws();
  }

  /**
   * A draw among the likeliest tokens.
   *
   * @param draws whether tokens are drawn at all
   * @param temperature above 0
   * @param topK 0 for all
   * @param topP 1 for all
   * @param minP 0 for all
   * @param seed equal seeds give equal draws
   */
  public record Sampling(
      boolean draws, double temperature, int topK, double topP, double minP, long seed) {
    public static final Sampling NONE = new Sampling(false, 1, 0, 1, 0, 0);
  }
}
