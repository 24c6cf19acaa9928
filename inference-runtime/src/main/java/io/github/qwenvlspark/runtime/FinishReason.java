package io.github.qwenvlspark.runtime;

import java.util.Locale;

/** Why generation ended. */
public enum FinishReason {
  /** The model said an end token. */
  STOP,
  /** {@code maxNewTokens} was reached: the answer is cut. */
  LENGTH,
  /** The answer went round in circles: it is cut after the first round. */
  REPETITION,
  /** The caller withdrew the request. */
  CANCELLED;

  /** The name used in tables. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
