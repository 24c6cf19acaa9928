package io.github.qwenvlspark.pipeline.config;

import java.io.Serializable;

/**
 * How far preparation may run ahead of the model in an executor.
 *
 * @param threads that fetch, decode and resize
 * @param maxBytes heap for pixels that are prepared and not yet answered; 0 for a quarter of all
 */
public record PrepareAhead(int threads, long maxBytes) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The bytes in the JVM that asks. */
  public long bytesHere() {
    return bytesOf(Runtime.getRuntime().maxMemory());
  }

  /** The bytes in a heap of that size. */
  public long bytesOf(long heap) {
    return maxBytes > 0 ? maxBytes : heap / 4;
  }
}
