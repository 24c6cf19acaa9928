package io.github.qwenvlspark.pipeline.job;

/**
 * Into how many buckets the requests of a run are put. As many for each Spark task that can run at
 * a time: they cost the same, so all end at once, but for what a cost was misjudged.
 */
public final class BucketCount {
  /**
   * Batches of the engine in a bucket, about: where an executor has one Spark task at a time, its
   * batch runs empty at the end of each.
   */
  private static final int BATCHES_IN_BUCKET = 4;

  private static final int MOST_BUCKETS = 10_000_000;

  private BucketCount() {}

  /** Where all Spark tasks share one engine. */
  static int inOneProcess(long requests, int maxBatch, int slots) {
    return count(batches(requests, maxBatch, slots), 0, slots);
  }

  /**
   * Where there are several executors: a small run is cut finer, so that who is ready early has
   * more to take; never below a batch.
   *
   * @param maxBatch rows that an engine reads at a time
   * @param slots Spark tasks that can run at a time, of all executors together
   */
  public static int onExecutors(long requests, int maxBatch, int slots) {
    long batches = batches(requests, maxBatch, slots);
    return count(batches, Math.min(batches, WavePace.FIRST - 1), slots);
  }

  private static long batches(long requests, int maxBatch, int slots) {
    return requests / maxBatch / slots;
  }

  private static int count(long batches, long finer, int slots) {
    long rounds = Math.max(batches / BATCHES_IN_BUCKET, finer) + 1;
    return (int) Math.min(rounds * slots, MOST_BUCKETS);
  }
}
