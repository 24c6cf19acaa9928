package io.github.qwenvlspark.pipeline.job;

/** What {@link EtlJob} has done, in this order for each batch of documents. */
enum EtlStep {
  /** The answers are in {@code results}. */
  ANSWERED,
  FAILURES_MERGED,
  ROWS_MERGED,
  /** Both tables are done; the stream, or the list of pending documents, does not know it yet. */
  LOOKED_AT,
  /** The stream is through. */
  STREAMED,
  /** The documents that the comparison found are written down. */
  COMPARED
}
