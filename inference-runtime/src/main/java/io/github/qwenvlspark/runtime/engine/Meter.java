package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.Occupancy;

/** Keeps the sums of {@link Occupancy}. Written by the engine's worker, read by any thread. */
final class Meter {
  private final long startNanos = System.nanoTime();
  private Occupancy sums = Occupancy.NONE;

  synchronized void encoded(double ms, int visualTokens) {
    add(new Occupancy(0, ms, 0, 0, 0, 1, 0, 0, 0, 0, 0, visualTokens, 0, 0));
  }

  synchronized void reused(int visualTokens) {
    add(new Occupancy(0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, visualTokens, 0, 0));
  }

  synchronized void read(double ms, int tokens) {
    add(new Occupancy(0, 0, ms, 0, 0, 0, 0, 1, 0, 0, tokens, 0, 0, 0));
  }

  synchronized void stepped(double ms, int rows) {
    add(new Occupancy(0, 0, 0, ms, 0, 0, 0, 0, 1, rows, 0, 0, 0, 0));
  }

  synchronized void known(int tokens) {
    add(new Occupancy(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, tokens));
  }

  synchronized void generated(int tokens) {
    add(new Occupancy(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, tokens, 0));
  }

  synchronized void waited(double ms) {
    add(new Occupancy(0, 0, 0, 0, ms, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  }

  private void add(Occupancy more) {
    sums = sums.plus(more);
  }

  synchronized Occupancy reading() {
    return sums.plus(
        new Occupancy(Millis.since(startNanos), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  }
}
