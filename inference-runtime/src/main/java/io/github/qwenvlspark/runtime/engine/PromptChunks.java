package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.ort.DecoderInput;
import io.github.qwenvlspark.runtime.ort.KvCache;
import java.util.Arrays;

/** A prompt as the decoder reads it into a row of the cache, chunk by chunk. */
final class PromptChunks {
  private final PreparedRequest request;
  private final float[] embeds;
  private final int hidden;
  private final int row;
  private final PrefillPlan plan;
  private int start;

  /** Visual tokens that were read. */
  private int visuals;

  /** Visual tokens whose embeddings are not needed. */
  private final int visualsBefore;

  /**
   * The chunks of {@code plan}.
   *
   * @param embeds {@code [visual tokens from start on, hidden]}
   * @param start where reading begins; not within a picture
   */
  PromptChunks(
      PreparedRequest request, float[] embeds, int hidden, int row, PrefillPlan plan, int start) {
    this.request = request;
    this.embeds = embeds;
    this.hidden = hidden;
    this.row = row;
    this.plan = plan;
    this.start = start;
    while (visuals < request.visualTokens() && request.visualPositions()[visuals] < start) {
      visuals++;
    }
    this.visualsBefore = visuals;
  }

  /** Whether the chunk that {@link #next} gives is the last one. */
  boolean atLast() {
    return plan.end(start, request.promptTokens()) == request.promptTokens();
  }

  /** The next tokens with the embeddings of the pictures among them. */
  DecoderInput next() {
    int end = plan.end(start, request.promptTokens());
    int seq = end - start;
    long[] ids = new long[seq];
    for (int i = 0; i < seq; i++) {
      ids[i] = request.inputIds()[start + i];
    }
    int[] visualPositions = request.visualPositions();
    int first = visuals;
    while (visuals < visualPositions.length && visualPositions[visuals] < end) {
      visuals++;
    }
    long[] places = new long[visuals - first];
    for (int i = 0; i < places.length; i++) {
      places[i] = (long) visualPositions[first + i] - start;
    }
    DecoderInput chunk =
        new DecoderInput(
            new KvCache.Range(row, 1),
            seq,
            ids,
            Arrays.copyOfRange(request.positions(), 3 * start, 3 * end),
            new int[] {end},
            Arrays.copyOfRange(
                embeds, (first - visualsBefore) * hidden, (visuals - visualsBefore) * hidden),
            places,
            new long[] {seq - 1L});
    start = end;
    return chunk;
  }
}
