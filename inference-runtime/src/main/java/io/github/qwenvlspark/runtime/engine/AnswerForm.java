package io.github.qwenvlspark.runtime.engine;

/** What an answer must look like, whatever the model would say. Thread-safe. */
@FunctionalInterface
public interface AnswerForm {
  /** Any answer will do. */
  AnswerForm ANY = () -> TokenMask.NONE;

  /** The mask of one answer, which has not begun. */
  TokenMask begin();
}
