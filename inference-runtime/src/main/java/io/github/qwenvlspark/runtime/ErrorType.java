package io.github.qwenvlspark.runtime;

/** Why one input could not be answered: whose fault it is, and whether asking again may help. */
public enum ErrorType {
  NOT_FOUND(false),
  ACCESS_DENIED(false),
  TOO_LARGE(false),
  UNSUPPORTED_MEDIA(false),
  CORRUPT_MEDIA(false),
  ENCRYPTED_DOCUMENT(false),
  EMPTY_DOCUMENT(false),
  INVALID_REQUEST(false),
  PROMPT_TOO_LONG(false),
  TIMEOUT(true),
  /** The document is not the one that was planned; the next run reads what it is now. */
  CHANGED(true),
  OUTPUT_UNPARSABLE(false),
  OUTPUT_INVALID(false),
  OUT_OF_MEMORY(true),
  DEVICE_FAILURE(true),
  INTERNAL(true);

  private final boolean retryable;

  ErrorType(boolean retryable) {
    this.retryable = retryable;
  }

  /** Whether the same request may succeed later without any change to it. */
  public boolean retryable() {
    return retryable;
  }
}
