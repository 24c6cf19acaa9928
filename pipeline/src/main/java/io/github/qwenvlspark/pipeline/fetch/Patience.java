package io.github.qwenvlspark.pipeline.fetch;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * How often and how long one read is tried: pauses double from {@value #FIRST_PAUSE_MS} ms on, each
 * cut at random so that a thousand readers of one busy store do not come back together. Confined to
 * one thread.
 */
final class Patience {
  private static final long FIRST_PAUSE_MS = 200;
  private static final long LONGEST_PAUSE_MS = 20_000;

  private final int most;
  private final long end;
  private final LongSupplier nanos;
  private int attempt = 1;

  /**
   * Begins the first attempt.
   *
   * @param most attempts
   * @param allowed for all attempts and pauses together
   * @param nanos the clock, such as {@link System#nanoTime}
   */
  Patience(int most, Duration allowed, LongSupplier nanos) {
    this.most = most;
    this.nanos = nanos;
    this.end = nanos.getAsLong() + allowed.toNanos();
  }

  /** The number of the present attempt, from 1. */
  int attempt() {
    return attempt;
  }

  /**
   * Asked between pieces of a read, so that a store that never ends is left.
   *
   * @throws IOException if the time is over
   */
  void requireTime() throws IOException {
    if (leftMs() <= 0) {
      throw new IOException("The time for one read is over");
    }
  }

  /**
   * Milliseconds to wait before the next attempt, which begins with this call; negative where there
   * is none: all were made, or the time would be over.
   */
  long pauseMs() {
    long full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(attempt - 1, 16));
    long pause = ThreadLocalRandom.current().nextLong(full / 2, full + 1);
    if (attempt >= most || pause >= leftMs()) {
      return -1;
    }
    attempt++;
    return pause;
  }

  private long leftMs() {
    return (end - nanos.getAsLong()) / 1_000_000;
  }
}
