package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.runtime.ErrorType;
import java.util.Optional;

/**
 * What a part takes of a model, by which parts are ordered and balanced. One unit is the time of
 * one prompt token in the decoder.
 *
 * <p>The weights are those of docs/performance.md (301M parameters, float32, a batch of 8 behind
 * prompts of a page): 1.7 ms for a token that is read, 2.4 ms for a visual token in the vision
 * tower, 7.6 ms for one that is written. Attention makes long prompts dearer than that; all parts
 * of a run alike, and a share of the whole that balance does not need.
 *
 * @param visualTokens see {@link Outlooks} for where they are exact
 * @param total in units
 * @param foretold the error with which the part will end, where its header says so
 */
public record PartCost(long visualTokens, long total, Optional<ErrorType> foretold) {
  private static final double READ = 1;
  private static final double SEEN = 1.4;
  private static final double WRITTEN = 4.5;

  /** Fetching, decoding and resizing, whatever the size. */
  private static final long PREPARED = 50;

  /** A row that only says why there is no answer. */
  private static final long REFUSED = 5;

  /** Nobody looked. */
  public static final PartCost UNKNOWN = new PartCost(0, REFUSED, Optional.empty());

  /**
   * The cost of a part.
   *
   * @param promptTokens of the text of one request
   * @param answerTokens expected of one request
   */
  public static PartCost of(Outlook outlook, long promptTokens, double answerTokens) {
    if (outlook.refusal().isPresent()) {
      return new PartCost(0, PREPARED, outlook.refusal());
    }
    long prompts = outlook.visualTokens() + outlook.requests() * promptTokens;
    double units = units(prompts, outlook.visualTokens(), outlook.requests() * answerTokens);
    return new PartCost(outlook.visualTokens(), PREPARED + Math.round(units), Optional.empty());
  }

  /**
   * What a model did, in units.
   *
   * @param promptTokens read, visual ones included
   * @param visualTokens seen by the vision tower
   * @param answerTokens written
   */
  public static double units(long promptTokens, long visualTokens, double answerTokens) {
    return READ * promptTokens + SEEN * visualTokens + WRITTEN * answerTokens;
  }

  /** A part that is refused for sure. */
  static PartCost refused() {
    return UNKNOWN;
  }
}
