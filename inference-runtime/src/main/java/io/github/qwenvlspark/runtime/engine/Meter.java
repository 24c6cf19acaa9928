package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.Occupancy;
import java.util.OptionalLong;

/** Keeps the sums of {@link Occupancy}. Written by the engine's worker, read by any thread. */
final class Meter {
  private final long startNanos = System.nanoTime();
  private OptionalLong idleSince = OptionalLong.empty();
  private double idleMs;
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

  /** There is nothing to do from now on, until {@link #busy}. */
  synchronized void idle() {
    idleSince = OptionalLong.of(System.nanoTime());
  }

  synchronized void busy() {
    idleMs = idleMs();
    idleSince = OptionalLong.empty();
  }

  /** Milliseconds without anything to do. */
  synchronized double idleMs() {
    return idleSince.isPresent() ? idleMs + Millis.since(idleSince.getAsLong()) : idleMs;
  }

  private void add(Occupancy more) {
    sums = sums.plus(more);
  }

  synchronized Occupancy reading() {
    return sums.plus(
        new Occupancy(Millis.since(startNanos), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  }
}
