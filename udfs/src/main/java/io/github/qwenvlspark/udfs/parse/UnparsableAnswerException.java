package io.github.qwenvlspark.udfs.parse;

/**
 * The answer is not of its task's format. The message says what was looked for, never what the
 * answer holds.
 */
public final class UnparsableAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnparsableAnswerException(String message) {
    super(message);
  }
}
