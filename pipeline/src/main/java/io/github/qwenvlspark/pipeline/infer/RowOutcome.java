package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.udfs.geometry.BoxMapping;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer;
import java.util.Optional;
import java.util.function.Function;

/** What became of one planned row. There is no third case, and no row without one. */
public sealed interface RowOutcome {
  PlannedRow row();

  /** The prompt that was sent, or would have been. */
  String prompt();

  Times times();

  /** What is known of the page beside the answer. */
  default PageFacts facts() {
    return PageFacts.NONE;
  }

  /** In how many tiles the document was asked about; 1 for one that the model saw whole. */
  default int tiles() {
    return 1;
  }

  /** Wall milliseconds on the way to the engine, and in all. */
  record Times(double fetchMs, double mediaMs, double totalMs) {
    static final Times NONE = new Times(0, 0, 0);
  }

  /**
   * The model said something that could be read.
   *
   * @param mapping takes coordinates of the answer to the document's; none where they are those
   */
  record Answered(
      PlannedRow row,
      String prompt,
      Times times,
      Completion completion,
      ParsedAnswer answer,
      Optional<BoxMapping> mapping,
      int tiles,
      PageFacts facts)
      implements RowOutcome {}

  /**
   * {@code message} may hold the URI, sizes and limits; never text of the document.
   *
   * @param attempts how often it was tried in this run
   * @param completion what the model said, where it is the answer that is at fault
   */
  record Failed(
      PlannedRow row,
      String prompt,
      Times times,
      ErrorType type,
      String message,
      int attempts,
      Optional<Completion> completion)
      implements RowOutcome {}

  default <T> T fold(Function<Answered, T> answered, Function<Failed, T> failed) {
    return this instanceof Answered a ? answered.apply(a) : failed.apply((Failed) this);
  }
}
