package io.github.qwenvlspark.runtime;

import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import io.github.qwenvlspark.runtime.preprocess.Size;
import java.util.List;

/**
 * An answer of the model.
 *
 * @param text the answer without special tokens
 * @param tokenIds generated ids, the end token included
 * @param visuals the pictures and clips of the prompt as the model saw them, in prompt order
 */
public record Completion(
    String text,
    List<Integer> tokenIds,
    FinishReason finishReason,
    Usage usage,
    List<Visual> visuals,
    Timing timing,
    Quality quality) {
  public Completion {
    tokenIds = List.copyOf(tokenIds);
    visuals = List.copyOf(visuals);
  }

  /** Tokens; {@code visualTokens} are part of {@code promptTokens}. */
  public record Usage(int promptTokens, int visualTokens, int completionTokens) {}

  /**
   * A picture or clip as the model saw it. Boxes in answers are in pixels of {@code resized}.
   *
   * @param exact whether its pixels are those that the reference would see
   */
  public record Visual(Size original, Size resized, int frames, ImageGrid grid, boolean exact) {

    /** With the pixels of the reference. */
    public Visual(Size original, Size resized, int frames, ImageGrid grid) {
      this(original, resized, frames, grid, true);
    }
  }

  /** Wall milliseconds; {@code decodeMs} is the generation phase only. */
  public record Timing(
      double preprocessMs, double queueMs, double visionMs, double prefillMs, double decodeMs) {}

  /** Natural logarithms of the probabilities that the model gave the tokens it chose. */
  public record Quality(double meanLogprob, double minLogprob) {}
}
