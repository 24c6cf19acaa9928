package io.github.qwenvlspark.runtime.position;

import java.util.Locale;

/**
 * How the time of a clip becomes positions. Four rules are in the field; they agree for pictures.
 * {@link #FLOAT_MAX} is the rule of the model's release and of Qwen's own fine-tuning code.
 */
public enum VideoRule {
  /** Fractions of a second count; text goes on behind the largest position of the clip. */
  FLOAT_MAX,
  /** Whole seconds; text goes on behind the largest position (transformers 4.5x). */
  INT_MAX,
  /** Whole seconds; text goes on behind the frame's larger side (transformers 5.17). */
  INT_GRID,
  /** Fractions count; text goes on behind the frame's larger side (transformers 5.18). */
  FLOAT_GRID;

  /**
   * Time position of frame pair {@code t}; float32 products in each release's own order.
   *
   * @param secondPerGrid seconds between frame pairs
   */
  int time(int t, float secondPerGrid, int tokensPerSecond) {
    return switch (this) {
      case FLOAT_MAX -> (int) (t * secondPerGrid * tokensPerSecond);
      case FLOAT_GRID -> (int) (t * (tokensPerSecond * secondPerGrid));
      case INT_MAX, INT_GRID -> t * (int) secondPerGrid * tokensPerSecond;
    };
  }

  /** Name in settings and results, such as {@code float_max}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether text goes on behind the largest position, or behind the frame's larger side. */
  boolean continuesBehindLargest() {
    return this == FLOAT_MAX || this == INT_MAX;
  }
}
