package io.github.qwenvlspark.pipeline.etl;

/** A value that its type cannot hold for certain. The message is the reason, without the value. */
final class UntypableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UntypableException(String reason) {
    super(reason, null, false, false); // one for each such value: no stack
  }
}
