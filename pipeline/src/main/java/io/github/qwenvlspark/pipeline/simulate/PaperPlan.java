package io.github.qwenvlspark.pipeline.simulate;

import io.github.qwenvlspark.pipeline.plan.Filling;
import java.util.Arrays;

/**
 * The buckets of a run, by the rules of {@link io.github.qwenvlspark.pipeline.plan.Schedule}, in
 * memory: that one sorts with Spark. A test holds the two side by side.
 */
final class PaperPlan {
  /** Bits of a document's number in a sort key; its cost has the rest. */
  private static final int NUMBER = 31;

  private final int[] pages;
  private final double[] work;
  private final int buckets;

  /**
   * Plans.
   *
   * @param most buckets
   */
  PaperPlan(Corpus corpus, int most) {
    long[] order = new long[corpus.documents()];
    long total = 0;
    for (int document = 0; document < order.length; document++) {
      long cost = corpus.planned(document);
      total += cost;
      order[document] = cost << NUMBER | document;
    }
    Arrays.sort(order);
    long target = (total + most - 1) / most;
    this.pages = new int[most];
    this.work = new double[most];
    Filling filling = new Filling(target, 0);
    fill(corpus, order, filling, target, Long.MAX_VALUE);
    fill(corpus, order, filling, 0, target);
    this.buckets = lastFilled() + 1;
  }

  /** Puts the groups that cost at least {@code least} and less than {@code most} into buckets. */
  private void fill(Corpus corpus, long[] order, Filling filling, long least, long most) {
    for (int i = order.length - 1; i >= 0; i--) { // from the dearest document on
      int document = (int) (order[i] & (1L << NUMBER) - 1);
      for (int group = 0; group < corpus.groups(document); group++) {
        long cost = corpus.planned(document, group);
        if (cost >= least && cost < most) {
          int bucket = filling.next(cost);
          pages[bucket] += corpus.pages(document, group);
          work[bucket] += corpus.taken(document, group);
        }
      }
    }
  }

  private int lastFilled() {
    int last = pages.length - 1;
    while (pages[last] == 0) {
      last--;
    }
    return last;
  }

  int buckets() {
    return buckets;
  }

  /** Pages of a bucket. */
  int pages(int bucket) {
    return pages[bucket];
  }

  /** What a bucket takes, in the planner's units. */
  double work(int bucket) {
    return work[bucket];
  }

  /** What all buckets take. */
  double work() {
    double sum = 0;
    for (int bucket = 0; bucket < buckets; bucket++) {
      sum += work[bucket];
    }
    return sum;
  }
}
