package io.github.qwenvlspark.pipeline.config;

/** What the user asked for cannot be done as asked; nothing was started. Ends with exit code 2. */
public final class BadRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadRequestException(String message) {
    super(message);
  }

  public BadRequestException(String message, Throwable cause) {
    super(message, cause);
  }
}
