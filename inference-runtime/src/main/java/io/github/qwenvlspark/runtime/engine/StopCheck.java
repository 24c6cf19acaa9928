package io.github.qwenvlspark.runtime.engine;

/** Hears each token of one answer and says whether it is the last one. Confined to one thread. */
@FunctionalInterface
public interface StopCheck {
  StopCheck NEVER = id -> false;

  boolean endsWith(int id);
}
