package io.github.qwenvlspark.pipeline.simulate;

import java.util.ArrayDeque;
import java.util.Deque;

/** Buckets that one commit brings in. Confined to one thread. */
final class PaperWave {
  private final int[] buckets;
  private final Deque<Integer> again = new ArrayDeque<>();
  private int next;
  private int read;

  PaperWave(int[] buckets) {
    this.buckets = buckets;
  }

  int[] buckets() {
    return buckets;
  }

  /** Whether some bucket has no Spark task yet. */
  boolean hasNext() {
    return next < buckets.length || !again.isEmpty();
  }

  /** A bucket for a Spark task; those of lost executors first. */
  int next() {
    return again.isEmpty() ? buckets[next++] : again.pop();
  }

  /** Its Spark task was lost. */
  void again(int bucket) {
    again.push(bucket);
  }

  /** A Spark task has ended well. */
  void read() {
    read++;
  }

  boolean isRead() {
    return read == buckets.length;
  }

  /** Buckets whose answers are staged. */
  int staged() {
    return read;
  }
}
