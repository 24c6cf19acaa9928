package io.github.qwenvlspark.runtime;

import java.io.Serializable;

/**
 * How busy an engine was: sums that only grow, from its start on. The difference of two readings
 * tells of the time between them.
 *
 * @param elapsedMs wall milliseconds
 * @param visionMs of these in the vision tower
 * @param prefillMs of these reading prompts
 * @param decodeMs of these in decode steps
 * @param queuedMs milliseconds that requests waited for a row, over all requests
 * @param visionRuns pictures and clips that were encoded
 * @param visionReused pictures and clips whose embeddings were there already
 * @param prefillChunks runs of the decoder over pieces of prompts
 * @param decodeSteps runs of the decoder over one token of each live row
 * @param decodedRows live rows, over all decode steps
 * @param promptTokens tokens of prompts that were read, those of pictures included
 * @param visualTokens of these from pictures and clips
 * @param completionTokens tokens generated
 * @param knownTokens prompt tokens that were not read, since the cache held them
 */
public record Occupancy(
    double elapsedMs,
    double visionMs,
    double prefillMs,
    double decodeMs,
    double queuedMs,
    long visionRuns,
    long visionReused,
    long prefillChunks,
    long decodeSteps,
    long decodedRows,
    long promptTokens,
    long visualTokens,
    long completionTokens,
    long knownTokens)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final Occupancy NONE = new Occupancy(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Milliseconds inside the model. */
  public double modelMs() {
    return visionMs + prefillMs + decodeMs;
  }

  /** Share of the time that the model was running, 0 to 1. */
  public double modelShare() {
    return over(modelMs(), elapsedMs);
  }

  /** Rows of a decode step, on average. */
  public double meanLiveRows() {
    return over((double) decodedRows, (double) decodeSteps);
  }

  /** Requests waiting for a row, on average over time (by Little's law). */
  public double meanQueueDepth() {
    return over(queuedMs, elapsedMs);
  }

  private static double over(double sum, double whole) {
    return whole == 0 ? 0 : sum / whole;
  }

  /** What happened since an earlier reading of the same engine. */
  public Occupancy since(Occupancy earlier) {
    return combine(earlier, -1);
  }

  /** Two engines, or two stretches of time of one, together: elapsed times add up. */
  public Occupancy plus(Occupancy other) {
    return combine(other, 1);
  }

  private Occupancy combine(Occupancy other, int sign) {
    return new Occupancy(
        elapsedMs + sign * other.elapsedMs,
        visionMs + sign * other.visionMs,
        prefillMs + sign * other.prefillMs,
        decodeMs + sign * other.decodeMs,
        queuedMs + sign * other.queuedMs,
        visionRuns + sign * other.visionRuns,
        visionReused + sign * other.visionReused,
        prefillChunks + sign * other.prefillChunks,
        decodeSteps + sign * other.decodeSteps,
        decodedRows + sign * other.decodedRows,
        promptTokens + sign * other.promptTokens,
        visualTokens + sign * other.visualTokens,
        completionTokens + sign * other.completionTokens,
        knownTokens + sign * other.knownTokens);
  }
}
