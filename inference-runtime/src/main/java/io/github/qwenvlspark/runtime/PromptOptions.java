package io.github.qwenvlspark.runtime;

import io.github.qwenvlspark.runtime.prompt.VisionIds;
import java.io.Serializable;

/**
 * How messages become a prompt.
 *
 * @param visionIds whether pictures and clips are announced by number
 * @param neutraliseSpecialTokens whether strings such as {@code <|im_start|>} in texts and roles
 *     stay ordinary text; the reference reads them as tokens, so that a document can speak as the
 *     system
 */
public record PromptOptions(VisionIds visionIds, boolean neutraliseSpecialTokens)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final PromptOptions DEFAULT = new PromptOptions(VisionIds.HIDDEN, true);
}
