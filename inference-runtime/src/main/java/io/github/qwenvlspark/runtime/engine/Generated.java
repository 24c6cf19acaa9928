package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.FinishReason;
import java.util.List;

/**
 * What the engine gives for a request: token ids, not yet text.
 *
 * @param ids the answer, its end token included
 */
public record Generated(
    List<Integer> ids,
    FinishReason finishReason,
    Completion.Timing timing,
    Completion.Quality quality) {
  public Generated {
    ids = List.copyOf(ids);
  }
}
