package io.github.qwenvlspark.runtime.engine;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Text requests for the tiny models: their answers end by token 7 or by length. */
final class Requests {
  private static final int ORDINARY_IDS = 1000;

  private Requests() {}

  static PreparedRequest random(Random random, int promptTokens, int maxNewTokens) {
    return of(
        random.ints(promptTokens, 0, ORDINARY_IDS).toArray(),
        Ending.of(maxNewTokens, Set.of(7)),
        TokenRule.ARGMAX);
  }

  static PreparedRequest of(int[] ids, Ending ending, TokenRule rule) {
    float[] positions = new float[3 * ids.length];
    for (int i = 0; i < positions.length; i++) {
      int place = i / 3;
      positions[i] = place;
    }
    return new PreparedRequest(ids, positions, ids.length, List.of(), new int[0], ending, rule, 0);
  }

  /** The request with another ending. */
  static PreparedRequest with(PreparedRequest request, Ending ending) {
    return of(request.inputIds(), ending, request.rule());
  }

  static Ending ending(int maxNewTokens, Ending.Loops loops, Duration timeout) {
    return new Ending(maxNewTokens, Set.of(7), () -> StopCheck.NEVER, loops, timeout);
  }
}
