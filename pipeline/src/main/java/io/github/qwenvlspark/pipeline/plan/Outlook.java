package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.runtime.ErrorType;
import java.util.Optional;

/**
 * What the header of a document foretells of a part. Nothing is decided by it but order and
 * balance: what becomes of the part is found out when it is read.
 *
 * @param visualTokens of the part, of all its tiles together
 * @param requests how often the prompt is asked: once, or for each tile
 * @param refusal how the part will end if the header is right, where that is no answer
 */
public record Outlook(long visualTokens, int requests, Optional<ErrorType> refusal) {
  /** A part that is asked once. */
  public static Outlook tokens(long visualTokens) {
    return new Outlook(visualTokens, 1, Optional.empty());
  }

  static Outlook refused(ErrorType type) {
    return new Outlook(0, 1, Optional.of(type));
  }
}
