package io.github.qwenvlspark.runtime.engine;

/** Hears each id of an answer as it is chosen. Called on the worker thread. */
@FunctionalInterface
public interface IdListener {
  IdListener NONE = id -> {};

  void onId(int id);
}
