package io.github.qwenvlspark.runtime;

/** Hears an answer while it grows. Called on the engine's worker thread: return quickly. */
@FunctionalInterface
public interface TokenListener {
  TokenListener NONE = text -> {};

  /** {@code text} is what has become readable since the last call; characters are never split. */
  void onText(String text);
}
