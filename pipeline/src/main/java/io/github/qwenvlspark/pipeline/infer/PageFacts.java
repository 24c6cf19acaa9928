package io.github.qwenvlspark.pipeline.infer;

import java.util.Optional;

/**
 * What is known of a page or picture beside the model's answer.
 *
 * @param textLayer the text that a page of a PDF says it has
 * @param empty whether nothing is on it; absent for clips and conversations
 */
record PageFacts(Optional<String> textLayer, Optional<Boolean> empty) {
  static final PageFacts NONE = new PageFacts(Optional.empty(), Optional.empty());
}
