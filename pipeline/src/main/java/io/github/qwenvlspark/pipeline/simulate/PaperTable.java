package io.github.qwenvlspark.pipeline.simulate;

import java.util.BitSet;

/** What is committed: every bucket once. Confined to one thread. */
final class PaperTable {
  private final PaperPlan plan;
  private final Stores stores;
  private final int slots;
  private final BitSet committed = new BitSet();
  private long rows;
  private long files;
  private long filesSince;
  private int commits;
  private long mostRows;
  private double longest;
  private double seconds;

  PaperTable(PaperPlan plan, Stores stores, int slots) {
    this.plan = plan;
    this.stores = stores;
    this.slots = slots;
  }

  /** How long it takes to commit a wave now. */
  double duration(PaperWave wave) {
    return stores.commit(rows(wave), filesSince, slots);
  }

  /**
   * Has committed a wave.
   *
   * @throws IllegalStateException if one of its buckets is there already
   */
  void commit(PaperWave wave, double took) {
    for (int bucket : wave.buckets()) {
      if (committed.get(bucket)) {
        throw new IllegalStateException("Bucket %d was committed twice".formatted(bucket));
      }
      committed.set(bucket);
    }
    long added = rows(wave);
    rows += added;
    long more = stores.files(added, wave.buckets().length, slots);
    files += more;
    filesSince += more;
    commits++;
    mostRows = Math.max(mostRows, added);
    longest = Math.max(longest, took);
    seconds += took;
  }

  private long rows(PaperWave wave) {
    long sum = 0;
    for (int bucket : wave.buckets()) {
      sum += plan.pages(bucket);
    }
    return sum;
  }

  /** A driver makes its plan: what was committed before, it need not look at again. */
  void planned() {
    filesSince = 0;
  }

  boolean has(int bucket) {
    return committed.get(bucket);
  }

  long rows() {
    return rows;
  }

  /** What came of all commits. */
  Commits commits() {
    return new Commits(commits, mostRows, seconds, longest, files);
  }

  /**
   * Commits of a run.
   *
   * @param mostRows of one of them
   * @param seconds of all together
   * @param longest of one of them, in seconds
   * @param files that they left in the table
   */
  record Commits(int number, long mostRows, double seconds, double longest, long files) {}
}
