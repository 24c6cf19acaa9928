package io.github.qwenvlspark.pipeline.plan;

/**
 * Fills buckets with groups one after the other: a group is in the bucket in which it begins, where
 * all stand one behind the other. Confined to one thread.
 */
public final class Filling {
  private final long target;
  private long start;

  /**
   * Begins behind other groups.
   *
   * @param target cost of a bucket; at least 1
   * @param start what all groups before the first cost
   */
  public Filling(long target, long start) {
    this.target = target;
    this.start = start;
  }

  /**
   * The bucket of the next group, from 0 on.
   *
   * @param cost of the group; at most that of a bucket counts, what is dearer fills one alone
   */
  public int next(long cost) {
    int bucket = Math.toIntExact(start / target);
    start += Math.min(cost, target);
    return bucket;
  }
}
