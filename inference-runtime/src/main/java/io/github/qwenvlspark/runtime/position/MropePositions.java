package io.github.qwenvlspark.runtime.position;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * Positions of a prompt's tokens on the axes t, h and w. Text advances all three together; a
 * picture or clip spreads over its grid.
 *
 * <p>Source: {@code get_rope_index} in transformers, models/qwen2_5_vl/modeling_qwen2_5_vl.py.
 */
public final class MropePositions {
  private static final int MERGE = 2;

  private final float[] positions;
  private int filled;
  private int next;

  private MropePositions(int length) {
    positions = new float[3 * length];
  }

  /**
   * Positions of a prompt.
   *
   * @param inputIds {@code [seq]}, pad tokens already repeated
   * @param padTokens ids of {@code <|image_pad|>} and {@code <|video_pad|>}
   * @param visuals pictures and clips in prompt order
   * @throws IllegalArgumentException if pad tokens and visuals do not match
   */
  public static MropePositions of(
      int[] inputIds,
      List<Integer> padTokens,
      List<VisualSpan> visuals,
      int tokensPerSecond,
      VideoRule rule) {
    MropePositions result = new MropePositions(inputIds.length);
    Iterator<VisualSpan> waiting = visuals.iterator();
    for (int i = 0; i < inputIds.length; ) {
      if (!padTokens.contains(inputIds[i])) {
        result.text();
        i++;
        continue;
      }
      if (!waiting.hasNext()) {
        throw new IllegalArgumentException("More pad tokens than pictures at token " + i);
      }
      VisualSpan visual = waiting.next();
      int end = i + visual.grid().mergedTokens();
      requirePads(inputIds, i, end);
      result.visual(visual, tokensPerSecond, rule);
      i = end;
    }
    if (waiting.hasNext()) {
      throw new IllegalArgumentException("More pictures than pad tokens");
    }
    return result;
  }

  private static void requirePads(int[] ids, int from, int to) {
    if (to > ids.length || Arrays.stream(ids, from, to).anyMatch(id -> id != ids[from])) {
      throw new IllegalArgumentException(
          "%d pad tokens expected from token %d on".formatted(to - from, from));
    }
  }

  private void text() {
    put(next, next, next);
    next++;
  }

  private void visual(VisualSpan visual, int tokensPerSecond, VideoRule rule) {
    int height = visual.grid().h() / MERGE;
    int width = visual.grid().w() / MERGE;
    float secondPerGrid =
        visual instanceof VisualSpan.Video video ? (float) video.secondPerGrid() : 0;
    int lastTime = 0;
    for (int t = 0; t < visual.grid().t(); t++) {
      lastTime = rule.time(t, secondPerGrid, tokensPerSecond);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          put(next + lastTime, next + y, next + x);
        }
      }
    }
    int side = Math.max(height, width);
    next += rule.continuesBehindLargest() ? Math.max(lastTime + 1, side) : side;
  }

  private void put(int t, int h, int w) {
    positions[filled++] = t;
    positions[filled++] = h;
    positions[filled++] = w;
  }

  /** {@code [seq, 3]}, t, h, w of each token: whole numbers, as float32 for the graph. */
  public float[] positions() {
    return positions;
  }

  /** Position of the first generated token, on all three axes. */
  public int next() {
    return next;
  }

  /** {@code rope_delta}: largest position + 1 - length. */
  public int ropeDelta() {
    float largest = -1;
    for (float position : positions) {
      largest = Math.max(largest, position);
    }
    return (int) largest + 1 - positions.length / 3;
  }
}
