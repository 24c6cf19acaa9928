package io.github.qwenvlspark.runtime.preprocess;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How large a picture or frame is when the model sees it; what is empty comes from the checkpoint's
 * {@code preprocessor_config.json} (pictures) or the reference's video defaults (clips).
 *
 * @param minPixels fewest pixels after {@code smart_resize}
 * @param maxPixels most pixels after {@code smart_resize}
 * @param totalPixels pixels that all frames of a clip share; pictures take no notice
 * @param exact {@code resized_height} and {@code resized_width}; wins over the two limits
 */
public record VisualSize(
    OptionalInt minPixels, OptionalInt maxPixels, OptionalInt totalPixels, Optional<Size> exact) {
  public static final VisualSize DEFAULT =
      new VisualSize(OptionalInt.empty(), OptionalInt.empty(), Optional.empty());

  /** Without a budget of its own. */
  public VisualSize(OptionalInt minPixels, OptionalInt maxPixels, Optional<Size> exact) {
    this(minPixels, maxPixels, OptionalInt.empty(), exact);
  }

  public static VisualSize between(int minPixels, int maxPixels) {
    return new VisualSize(OptionalInt.of(minPixels), OptionalInt.of(maxPixels), Optional.empty());
  }

  public static VisualSize exactly(Size size) {
    return new VisualSize(OptionalInt.empty(), OptionalInt.empty(), Optional.of(size));
  }
}
