package io.github.qwenvlspark.runtime;

/**
 * The one failure this library reports. The message says what was wrong, where, and what to do; it
 * may hold paths, sizes and limits, never text of a document.
 */
public final class QwenVlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorType type;
  private final int attempts;

  public QwenVlException(ErrorType type, String message) {
    this(type, message, null);
  }

  /** As often tried as {@code cause}, where that is one of these; else once. */
  public QwenVlException(ErrorType type, String message, Throwable cause) {
    this(type, message, cause instanceof QwenVlException typed ? typed.attempts : 1, cause);
  }

  /**
   * After several attempts.
   *
   * @param attempts that were made, at least 1
   */
  public QwenVlException(ErrorType type, String message, int attempts, Throwable cause) {
    super(message, cause);
    this.type = type;
    this.attempts = attempts;
  }

  public ErrorType type() {
    return type;
  }

  /** How often it was tried before it was given up. */
  public int attempts() {
    return attempts;
  }
}
