package io.github.qwenvlspark.pipeline.config;

import io.github.qwenvlspark.runtime.media.PageScale;
import java.io.Serializable;
import java.util.OptionalInt;

/**
 * What a task says of the size of pages.
 *
 * @param dpi pixels for an inch; 0 where the task does not say
 * @param longSide most pixels of the longer side, 0 for no limit; -1 where the task does not say
 */
public record PageSize(int dpi, int longSide) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Nothing is said. */
  public static final PageSize AS_SET = new PageSize(0, -1);

  static PageSize of(OptionalInt dpi, OptionalInt longSide) {
    return new PageSize(dpi.orElse(AS_SET.dpi), longSide.orElse(AS_SET.longSide));
  }

  /** This where it says something, else {@code settings}. */
  PageScale or(PageScale settings) {
    return new PageScale(
        dpi == AS_SET.dpi ? settings.dpi() : dpi,
        longSide == AS_SET.longSide ? settings.longSide() : longSide);
  }
}
