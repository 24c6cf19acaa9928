package io.github.qwenvlspark.runtime.engine;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Embeddings of the pictures and clips that were asked for last: several tasks on one page encode
 * it once. Bounded by bytes; what was not used for longest goes first. Confined to the engine's
 * worker thread.
 */
final class VisualCache {
  private final long maxBytes;
  private final Map<String, float[]> byDigest = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * An empty cache.
   *
   * @param maxBytes 0 keeps nothing
   */
  VisualCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** {@code [patches / 4, hidden]} of the visual of that digest. */
  Optional<float[]> find(String digest) {
    return Optional.ofNullable(byDigest.get(digest));
  }

  /** Keeps embeddings, which nobody may change from now on. */
  void add(String digest, float[] embeds) {
    if (byDigest.put(digest, embeds) == null) {
      bytes += bytes(embeds);
    }
    Iterator<float[]> oldest = byDigest.values().iterator();
    while (bytes > maxBytes) {
      bytes -= bytes(oldest.next());
      oldest.remove();
    }
  }

  private static long bytes(float[] embeds) {
    return (long) Float.BYTES * embeds.length;
  }
}
