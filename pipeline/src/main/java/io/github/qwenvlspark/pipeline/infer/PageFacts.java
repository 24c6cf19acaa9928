package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.runtime.media.RgbImage;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is known of a page or picture beside the model's answer.
 *
 * @param textLayer the text that a page of a PDF says it has
 * @param empty whether nothing is on it; absent for clips and conversations
 * @param dpi pixels for an inch at which a page of a PDF was drawn
 */
record PageFacts(Optional<String> textLayer, Optional<Boolean> empty, OptionalDouble dpi) {
  static final PageFacts NONE =
      new PageFacts(Optional.empty(), Optional.empty(), OptionalDouble.empty());

  /** Of a picture that is no page of a PDF. */
  static PageFacts of(RgbImage picture) {
    return new PageFacts(
        Optional.empty(), Optional.of(EmptyPage.is(picture)), OptionalDouble.empty());
  }
}
