package io.github.qwenvlspark.runtime.engine;

/** Wall time in milliseconds. */
public final class Millis {
  private Millis() {}

  /** Milliseconds since a reading of {@link System#nanoTime}. */
  public static double since(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e6;
  }
}
