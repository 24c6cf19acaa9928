package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.ort.VisionInput;
import java.util.Arrays;
import java.util.List;

/**
 * A request as the model reads it. Nothing here depends on other requests, so neither does the
 * answer.
 *
 * @param inputIds {@code [seq]}, each picture's pad token repeated for each of its embeddings
 * @param positions {@code [seq, 3]}, t, h, w
 * @param nextPosition position of the first generated token on all three axes
 * @param visuals inputs of the vision tower in prompt order
 * @param visualPositions prompt places of all pad tokens, ascending
 * @param ending when the answer ends
 * @param rule how each token is chosen
 * @param preprocessMs what preparing took
 */
public record PreparedRequest(
    int[] inputIds,
    float[] positions,
    int nextPosition,
    List<VisionInput> visuals,
    int[] visualPositions,
    Ending ending,
    TokenRule rule,
    double preprocessMs) {
  public PreparedRequest {
    visuals = List.copyOf(visuals);
  }

  int maxNewTokens() {
    return ending.maxNewTokens();
  }

  public int promptTokens() {
    return inputIds.length;
  }

  public int visualTokens() {
    return visualPositions.length;
  }

  /** This prompt with an answer behind it, to be read as one. */
  public PreparedRequest followedBy(List<Integer> answer) {
    int[] ids = Arrays.copyOf(inputIds, inputIds.length + answer.size());
    float[] places = Arrays.copyOf(positions, positions.length + 3 * answer.size());
    for (int i = 0; i < answer.size(); i++) {
      ids[inputIds.length + i] = answer.get(i);
      int from = positions.length + 3 * i;
      Arrays.fill(places, from, from + 3, nextPosition + i);
    }
    return new PreparedRequest(
        ids,
        places,
        nextPosition + answer.size(),
        visuals,
        visualPositions,
        ending,
        rule,
        preprocessMs);
  }

  /** Most tokens that the request's row ever holds. */
  int mostTokens() {
    return inputIds.length + maxNewTokens();
  }
}
