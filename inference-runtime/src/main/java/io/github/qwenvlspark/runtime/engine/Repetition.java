package io.github.qwenvlspark.runtime.engine;

import java.util.BitSet;

/**
 * The repetition penalty of one row: every id that stands in the prompt or the answer so far, once.
 *
 * <p>Source: {@code RepetitionPenaltyLogitsProcessor} in transformers,
 * generation/logits_process.py.
 */
final class Repetition {
  private final float penalty;
  private final BitSet seen = new BitSet();

  Repetition(double penalty, int[] prompt) {
    this.penalty = (float) penalty;
    for (int id : prompt) {
      seen.set(id);
    }
  }

  void add(int id) {
    seen.set(id);
  }

  /**
   * The best token of {@code logits[from, from + vocab)} after the penalty; the lowest id among
   * equals.
   */
  int choose(float[] logits, int from, int vocab) {
    int best = 0;
    float bestScore = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < vocab; id++) {
      float score = logits[from + id];
      if (seen.get(id)) {
        score = score < 0 ? score * penalty : score / penalty;
      }
      if (score > bestScore) {
        bestScore = score;
        best = id;
      }
    }
    return best;
  }

  /** Natural logarithm of the probability that the model itself gives {@code id}. */
  static double logprob(float[] logits, int from, int vocab, int id) {
    float top = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + vocab; i++) {
      top = Math.max(top, logits[i]);
    }
    double mass = 0;
    for (int i = from; i < from + vocab; i++) {
      mass += Math.exp(logits[i] - top);
    }
    return logits[from + id] - top - Math.log(mass);
  }
}
