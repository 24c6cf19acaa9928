package io.github.qwenvlspark.pipeline.write;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the rows of a run, counted.
 *
 * @param ok rows with an answer
 * @param errorsByType rows with an error, by the name of its type
 * @param promptTokens read by the model
 * @param completionTokens written by the model
 */
public record Tally(
    long ok, Map<String, Long> errorsByType, long promptTokens, long completionTokens)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final Tally NONE = new Tally(0, Map.of(), 0, 0);

  public Tally {
    errorsByType = Collections.unmodifiableMap(new TreeMap<>(errorsByType));
  }

  public long errors() {
    return errorsByType.values().stream().mapToLong(Long::longValue).sum();
  }

  public long rows() {
    return ok + errors();
  }

  public Tally plus(Tally other) {
    Map<String, Long> errors = new TreeMap<>(errorsByType);
    other.errorsByType.forEach((type, count) -> errors.merge(type, count, Long::sum));
    return new Tally(
        ok + other.ok,
        errors,
        promptTokens + other.promptTokens,
        completionTokens + other.completionTokens);
  }

  /** Without what is counted in {@code other}, which is a part of this. */
  public Tally minus(Tally other) {
    Map<String, Long> errors = new TreeMap<>(errorsByType);
    other.errorsByType.forEach((type, count) -> errors.merge(type, -count, Long::sum));
    errors.values().removeIf(count -> count == 0);
    return new Tally(
        ok - other.ok,
        errors,
        promptTokens - other.promptTokens,
        completionTokens - other.completionTokens);
  }
}
