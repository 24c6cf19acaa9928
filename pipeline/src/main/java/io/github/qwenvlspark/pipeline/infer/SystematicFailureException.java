package io.github.qwenvlspark.pipeline.infer;

/** Nothing works on an executor: the job stops with the reason, and its rows stay to be asked. */
public final class SystematicFailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SystematicFailureException(int rows, RowOutcome.Failed last) {
    super(
        "The first %d rows of an executor all failed, the last with %s: %s. The job stops instead of writing an error for every row; a rerun asks them again (spark.qwenvl.infer.giveUpAfterRows)"
            .formatted(rows, last.type(), last.message()));
  }
}
