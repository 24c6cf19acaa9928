package io.github.qwenvlspark.runtime.schema;

/** A language that may be read in too many ways at the same time. */
final class TooManyStatesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooManyStatesException() {
    super("more states than an automaton may have", null, false, false);
  }
}
