package io.github.qwenvlspark.runtime;

/**
 * The one failure this library reports. The message says what was wrong, where, and what to do; it
 * may hold paths, sizes and limits, never text of a document.
 */
public final class QwenVlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorType type;

  public QwenVlException(ErrorType type, String message) {
    super(message);
    this.type = type;
  }

  public QwenVlException(ErrorType type, String message, Throwable cause) {
    super(message, cause);
    this.type = type;
  }

  public ErrorType type() {
    return type;
  }
}
