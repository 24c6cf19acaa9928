package io.github.qwenvlspark.runtime.engine;

import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/**
 * When an answer ends.
 *
 * @param maxNewTokens most tokens of the answer
 * @param endTokens tokens that end it
 * @param stop ends it by its text; asked for once for each answer
 * @param loops what happens to an answer that repeats itself
 * @param timeout from submission on, looked at between two steps; zero for none
 */
public record Ending(
    int maxNewTokens,
    Set<Integer> endTokens,
    Supplier<StopCheck> stop,
    Loops loops,
    Duration timeout) {
  public Ending {
    endTokens = Set.copyOf(endTokens);
  }

  /** Whether an answer that repeats itself is ended. */
  public enum Loops {
    STOPPED,
    ALLOWED
  }

  /** Ended by its tokens alone. */
  public static Ending of(int maxNewTokens, Set<Integer> endTokens) {
    return new Ending(maxNewTokens, endTokens, () -> StopCheck.NEVER, Loops.ALLOWED, Duration.ZERO);
  }
}
