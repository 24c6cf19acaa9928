package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.config.WaveSettings;
import java.time.Duration;

/**
 * How many buckets a wave has, so that waves take about the time wished for: the first are small,
 * the others follow the speed that was seen. Confined to one thread.
 */
public final class WavePace {
  /** Waves that are on their way at a time. */
  public static final int AT_A_TIME = 3;

  /** Buckets of the first wave, for each Spark task that can run at a time. */
  static final int FIRST = 4;

  /** Requests of a wave, where nothing is said and the first wave does not have more. */
  private static final long MOST_REQUESTS = 100_000;

  /** Times that a wave may be as large as the one before. */
  private static final int GROWTH = 4;

  private final Duration wished;
  private final int slots;
  private final int most;
  private int last;

  /**
   * Starts with nothing seen.
   *
   * @param slots Spark tasks that can run at a time
   * @param most buckets of a wave
   */
  WavePace(Duration wished, int slots, int most) {
    this.wished = wished;
    this.slots = slots;
    this.most = Math.max(1, most);
  }

  /** For a plan with so many requests in so many buckets. */
  public static WavePace of(WaveSettings settings, int slots, long requests, int buckets) {
    long inBucket = Math.max(1, requests / Math.max(1, buckets));
    long most =
        settings.mostRequests() > 0
            ? settings.mostRequests() / inBucket
            : Math.max(MOST_REQUESTS / inBucket, (long) FIRST * slots);
    return new WavePace(settings.every(), slots, (int) Math.min(most, Integer.MAX_VALUE));
  }

  /** Whether the first wave takes all {@code buckets}. */
  boolean isOneWave(int buckets) {
    return buckets <= Math.min((long) FIRST * slots, most);
  }

  /**
   * The size of the next wave.
   *
   * @param left buckets that are not in a wave yet
   * @param done buckets that were read
   * @param took since the first of them
   */
  public int next(int left, int done, Duration took) {
    long size = (long) FIRST * slots;
    if (last > 0) {
      double wanted = done / Math.max((double) took.toMillis(), 1.0) * wished.toMillis();
      size = (long) Math.min(Math.max(wanted, slots), (double) GROWTH * last);
    }
    size = Math.min(size, most);
    // A small rest is not worth a wave.
    last = (int) (left <= size + Math.min(size, most - size) / 2 ? left : size);
    return last;
  }
}
