package io.github.qwenvlspark.runtime.memory;

/** What the memory of an engine goes to, and which setting makes it less. */
public enum MemoryItem {
  DECODER("weights of the text decoder", "precision"),
  VISION("weights of the vision tower", "precision"),
  EMBEDDING("embedding table, as stored", ""),
  KV_CACHE("KV cache", "maxBatch or maxContextTokens"),
  PICTURE("largest picture in the vision tower", "maxContextTokens"),
  PREFILL("one prefill chunk and its logits", "prefillChunk"),
  LOADING("more than these two while loading", ""),
  BASE("Java and ONNX Runtime", "");

  private final String label;
  private final String lever;

  MemoryItem(String label, String lever) {
    this.label = label;
    this.lever = lever;
  }

  /** In words. */
  public String label() {
    return label;
  }

  /** The options of {@code spark.qwenvl.engine} that make it less; empty where none does. */
  public String lever() {
    return lever;
  }
}
