package io.github.qwenvlspark.runtime.graph;

/** Names of the KV cache's inputs and outputs, by layer. */
public final class CacheNames {
  private CacheNames() {}

  public static String pastKey(int layer) {
    return "past_k." + layer;
  }

  public static String pastValue(int layer) {
    return "past_v." + layer;
  }

  public static String presentKey(int layer) {
    return "present_k." + layer;
  }

  public static String presentValue(int layer) {
    return "present_v." + layer;
  }
}
