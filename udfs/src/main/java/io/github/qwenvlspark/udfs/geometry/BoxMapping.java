package io.github.qwenvlspark.udfs.geometry;

import io.github.qwenvlspark.runtime.preprocess.Size;
import java.util.List;

/** Maps coordinates of the resized picture, which answers use, to the original picture. */
public record BoxMapping(Size resized, Size original) {

  /** Maps {@code [x1, y1, x2, y2]} or {@code [x, y]} to pixels of the original. */
  public List<Integer> toOriginal(List<Integer> coordinates) {
    return coordinates;
  }
}
