package io.github.qwenvlspark.runtime.engine;

import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Chooses the tokens of one row by its {@link TokenRule}. Draws come from the row's own generator,
 * so they depend on its seed and its answer so far, never on other rows. Confined to the engine's
 * worker thread.
 */
final class TokenChoice {
  private final TokenRule rule;
  private final BitSet seen = new BitSet();
  private final SplittableRandom random;
  private final TokenMask mask;

  TokenChoice(TokenRule rule, int[] prompt) {
    this.rule = rule;
    this.random = new SplittableRandom(rule.sampling().seed());
    this.mask = rule.form().begin();
    for (int id : prompt) {
      seen.set(id);
    }
  }

  /** Takes note of a token of the answer: the penalty counts it from now on. */
  void add(int id) {
    seen.set(id);
    mask.add(id);
  }

  /** Whether nothing may follow the answer so far. */
  boolean complete() {
    return mask.complete();
  }

  /**
   * Whether the rule would choose the likeliest token, which the graph found, so that nobody needs
   * to look at all logits: what a model says mostly fits the form that it was asked for.
   */
  boolean accepts(int likeliest) {
    return rule.takesLikeliest() && mask.allows(likeliest);
  }

  /** The next token, by {@code logits[from, from + vocab)}. */
  int choose(float[] logits, int from, int vocab) {
    Candidates candidates = Candidates.of(rule, seen, mask, logits, from, vocab);
    return rule.sampling().draws() ? candidates.at(random.nextDouble()) : candidates.best();
  }
}
