package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.runtime.ErrorType;
import java.util.Set;

/**
 * Whether anything at all works in one run on this executor: a model that fails at every row must
 * not write a table full of errors. Thread-safe.
 */
final class RunHealth {
  private static final Set<ErrorType> OURS = Set.of(ErrorType.INTERNAL, ErrorType.DEVICE_FAILURE);

  private final String runId;
  private final int most;
  private int failed;
  private boolean works;

  /**
   * Knows of nothing yet.
   *
   * @param most rows that may fail before one has ended in another way; 0 for any number
   */
  RunHealth(String runId, int most) {
    this.runId = runId;
    this.most = most;
  }

  boolean isOf(String run) {
    return runId.equals(run);
  }

  /**
   * Takes note of one row.
   *
   * @throws SystematicFailureException if it is one too many of those that fail without a document
   *     being at fault, and none has ended otherwise
   */
  synchronized void saw(RowOutcome outcome) {
    works |= outcome.fold(answered -> true, failure -> !OURS.contains(failure.type()));
    if (!works && most > 0 && ++failed >= most) {
      throw outcome.fold(
          answered -> new IllegalStateException("An answer is no failure"),
          failure -> new SystematicFailureException(most, failure));
    }
  }
}
