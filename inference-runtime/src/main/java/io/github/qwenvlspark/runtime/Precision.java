package io.github.qwenvlspark.runtime;

import java.util.Locale;

/** What the weights of linear layers are computed with. */
public enum Precision {
  /** Exact: equal to the reference in float32. */
  FP32,
  /** A quarter of the memory and faster; answers are close to the reference's, not equal. */
  INT8,
  /** The decoder's layers in an eighth of the memory; answers differ, so measure your own. */
  INT4;

  /** The name in settings and tables. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
