package io.github.qwenvlspark.runtime.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Notices that an answer goes round in circles: its end is one piece of at most {@value
 * #MAX_PERIOD} tokens, over and over, for at least {@value #LEAST_TOKENS} tokens and four rounds.
 * That is more than an honest document repeats (dotted leaders, empty cells of a wide table) and
 * less than the thousands of tokens that a loop runs on for. Confined to one thread.
 */
final class LoopDetector {
  static final int MAX_PERIOD = 256;
  static final int LEAST_TOKENS = 256;
  private static final int LEAST_ROUNDS = 4;

  private final List<Integer> answer = new ArrayList<>();

  /** {@code repeated[p]}: how many of the last tokens equal the token {@code p} before them. */
  private final int[] repeated = new int[MAX_PERIOD + 1];

  /** Takes the next token; once the answer loops, says how many tokens end with its first round. */
  OptionalInt add(int id) {
    answer.add(id);
    int length = answer.size();
    OptionalInt loop = OptionalInt.empty();
    for (int period = Math.min(MAX_PERIOD, length - 1); period >= 1; period--) {
      boolean same = answer.get(length - 1 - period) == id;
      repeated[period] = same ? repeated[period] + 1 : 0;
      int covered = repeated[period] + period;
      if (same && covered >= Math.max(LEAST_TOKENS, LEAST_ROUNDS * period)) {
        // A loop of period p is one of 2p too: the shortest one, seen last, is the true one.
        loop = OptionalInt.of(length - repeated[period]);
      }
    }
    return loop;
  }
}
