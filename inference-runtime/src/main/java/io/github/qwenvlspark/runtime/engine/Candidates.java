package io.github.qwenvlspark.runtime.engine;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * The tokens that may come next, with their scores in float32: the logits of one row, lowered and
 * thinned out in the reference's order. Confined to one thread.
 *
 * <p>Source: {@code _get_logits_processor} in transformers, generation/utils.py, and the processors
 * in generation/logits_process.py.
 */
public final class Candidates {
  /** Ids in ascending order, and beside them their scores. */
  private int[] ids;

  private float[] scores;

  /** What is left of {@code logits[from, from + vocab)}, in the reference's order of steps. */
  public static Candidates of(TokenRule rule, BitSet seen, float[] logits, int from, int vocab) {
    return of(rule, seen, TokenMask.NONE, logits, from, vocab);
  }

  /** The same of what {@code mask} lets through. */
  static Candidates of(
      TokenRule rule, BitSet seen, TokenMask mask, float[] logits, int from, int vocab) {
    Candidates candidates = new Candidates(logits, from, vocab);
    if (rule.repetitionPenalty() != 1) {
      candidates.penalise(seen, rule.repetitionPenalty());
    }
    mask.thin(candidates);
    if (rule.sampling().draws()) {
      candidates.temperature(rule.sampling().temperature());
      candidates.topK(rule.sampling().topK());
      candidates.topP(rule.sampling().topP());
      candidates.minP(rule.sampling().minP());
    }
    return candidates;
  }

  /** All tokens of {@code logits[from, from + vocab)}. */
  Candidates(float[] logits, int from, int vocab) {
    scores = Arrays.copyOfRange(logits, from, from + vocab);
    ids = new int[vocab];
    for (int id = 0; id < vocab; id++) {
      ids[id] = id;
    }
  }

  /** Lowers every id of prompt and answer, once. Source: RepetitionPenaltyLogitsProcessor. */
  void penalise(BitSet seen, double penalty) {
    float divisor = (float) penalty;
    for (int id = seen.nextSetBit(0); id >= 0 && id < scores.length; id = seen.nextSetBit(id + 1)) {
      scores[id] = scores[id] < 0 ? scores[id] * divisor : scores[id] / divisor;
    }
  }

  /** Keeps these ids alone. Source: PrefixConstrainedLogitsProcessor, which stands here. */
  public void only(BitSet allowed) {
    long[] words = Arrays.copyOf(allowed.toLongArray(), (ids[ids.length - 1] >> 6) + 1);
    int count = 0;
    for (int i = 0; i < ids.length; i++) {
      int id = ids[i];
      if ((words[id >> 6] >>> id & 1) != 0) {
        ids[count] = id;
        scores[count++] = scores[i];
      }
    }
    ids = Arrays.copyOf(ids, count);
    scores = Arrays.copyOf(scores, count);
  }

  /** Source: TemperatureLogitsWarper. */
  void temperature(double temperature) {
    float divisor = (float) temperature;
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= divisor;
    }
  }

  /** Keeps the k best and their equals. Source: TopKLogitsWarper. */
  void topK(int k) {
    if (k > 0 && k < scores.length) {
      float least = best(k)[0];
      keep(index -> scores[index] >= least);
    }
  }

  /** The k best scores, the least of them first: a vocabulary is long, and k is short. */
  private float[] best(int k) {
    float[] best = Arrays.copyOf(scores, k);
    Arrays.sort(best);
    for (int i = k; i < scores.length; i++) {
      if (scores[i] > best[0]) {
        int place = Arrays.binarySearch(best, scores[i]);
        int worse = place < 0 ? -place - 2 : place;
        System.arraycopy(best, 1, best, 0, worse);
        best[worse] = scores[i];
      }
    }
    return best;
  }

  /**
   * Keeps the likeliest tokens that together have probability {@code p}, at least one. Source:
   * TopPLogitsWarper.
   */
  void topP(double p) {
    if (p >= 1) {
      return;
    }
    double[] probabilities = probabilities();
    int[] ascending = ascending();
    BitSet dropped = new BitSet();
    double mass = 0;
    for (int place = 0; place < ascending.length - 1; place++) {
      mass += probabilities[ascending[place]];
      if (mass > 1 - p) {
        break;
      }
      dropped.set(ascending[place]);
    }
    keep(index -> !dropped.get(index));
  }

  /** Drops what is less likely than {@code p} times the best. Source: MinPLogitsWarper. */
  void minP(double p) {
    if (p > 0) {
      double[] probabilities = probabilities();
      double least = p * Arrays.stream(probabilities).max().orElse(0);
      keep(index -> probabilities[index] >= least);
    }
  }

  /** The best token, the lowest id among equals. */
  public int best() {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return ids[best];
  }

  /**
   * The token at {@code point} of the probabilities laid end to end; {@code point} is in [0, 1).
   */
  int at(double point) {
    double[] probabilities = probabilities();
    double mass = 0;
    for (int i = 0; i < ids.length; i++) {
      mass += probabilities[i];
      if (point < mass) {
        return ids[i];
      }
    }
    return best(); // the sum fell short of 1 by rounding
  }

  /** What is left, ascending. */
  public int[] ids() {
    return ids.clone();
  }

  /** Scores of {@link #ids}. */
  public float[] scores() {
    return scores.clone();
  }

  private double[] probabilities() {
    float top = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      top = Math.max(top, score);
    }
    double[] probabilities = new double[scores.length];
    double mass = 0;
    for (int i = 0; i < scores.length; i++) {
      probabilities[i] = Math.exp((double) scores[i] - top);
      mass += probabilities[i];
    }
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] /= mass;
    }
    return probabilities;
  }

  /** Indexes by score, the worst first; equals in the order of their ids. */
  private int[] ascending() {
    long[] keys = new long[scores.length];
    for (int i = 0; i < keys.length; i++) {
      int bits = Float.floatToIntBits(scores[i]);
      long order = bits < 0 ? ~bits : bits | 0x80000000L;
      keys[i] = (order & 0xffffffffL) << 31 | i;
    }
    Arrays.sort(keys);
    int[] indexes = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      indexes[i] = (int) (keys[i] & 0x7fffffffL);
    }
    return indexes;
  }

  private void keep(IntPredicate kept) {
    int[] keptIds = new int[ids.length];
    float[] keptScores = new float[ids.length];
    int count = 0;
    for (int i = 0; i < ids.length; i++) {
      if (kept.test(i)) {
        keptIds[count] = ids[i];
        keptScores[count++] = scores[i];
      }
    }
    ids = Arrays.copyOf(keptIds, count);
    scores = Arrays.copyOf(keptScores, count);
  }
}
