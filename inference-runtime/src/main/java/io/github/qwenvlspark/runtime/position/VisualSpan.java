package io.github.qwenvlspark.runtime.position;

import io.github.qwenvlspark.runtime.preprocess.ImageGrid;

/** A picture or clip inside a prompt: as many consecutive pad tokens as its grid has 2x2 blocks. */
public sealed interface VisualSpan {
  ImageGrid grid();

  /** A still picture: no time. */
  record Image(ImageGrid grid) implements VisualSpan {}

  /** A clip; {@code secondPerGrid} is the time between two frame pairs, in seconds. */
  record Video(ImageGrid grid, double secondPerGrid) implements VisualSpan {}
}
