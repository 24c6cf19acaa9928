package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.ort.VisionInput;
import io.github.qwenvlspark.runtime.position.VisionWindows;
import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Text requests for the tiny models: their answers end by token 7 or by length. */
final class Requests {
  private static final int ORDINARY_IDS = 1000;

  private Requests() {}

  static PreparedRequest random(Random random, int promptTokens, int maxNewTokens) {
    return of(
        random.ints(promptTokens, 0, ORDINARY_IDS).toArray(),
        Ending.of(maxNewTokens, Set.of(7)),
        TokenRule.ARGMAX);
  }

  static PreparedRequest of(int[] ids, Ending ending, TokenRule rule) {
    float[] positions = new float[3 * ids.length];
    for (int i = 0; i < positions.length; i++) {
      int place = i / 3;
      positions[i] = place;
    }
    return new PreparedRequest(ids, positions, ids.length, List.of(), new int[0], ending, rule, 0);
  }

  /** Some pictures of random patches, each before a few words. */
  static PreparedRequest pictures(List<VisionInput> pictures, int[] words, Ending ending) {
    int visual = pictures.stream().mapToInt(VisionInput::embeddings).sum();
    int[] ids = new int[visual + words.length];
    int[] places = new int[visual];
    int next = 0;
    int filled = 0;
    int word = 0;
    for (VisionInput picture : pictures) {
      for (int i = 0; i < picture.embeddings(); i++) {
        places[filled++] = next++;
      }
      for (int i = 0; i < words.length / pictures.size(); i++) {
        ids[next++] = words[word++];
      }
    }
    while (word < words.length) {
      ids[next++] = words[word++];
    }
    PreparedRequest text = of(ids, ending, TokenRule.ARGMAX);
    return new PreparedRequest(
        ids, text.positions(), ids.length, pictures, places, ending, TokenRule.ARGMAX, 0);
  }

  static VisionInput picture(Random random) {
    ImageGrid grid = new ImageGrid(1, 2 * (1 + random.nextInt(5)), 2 * (1 + random.nextInt(5)));
    VisionWindows windows = new VisionWindows(grid, 112, 14);
    float[] pixels = new float[grid.h() * grid.w() * 1176];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return new VisionInput(
        pixels,
        windows.rowColumn(),
        1,
        Optional.of(
            new VisionInput.Windows(
                windows.gather(), windows.back(), windows.lengths(), windows.reverse())));
  }

  static int[] words(Random random, int count) {
    return random.ints(count, 0, ORDINARY_IDS).toArray();
  }

  /** The request with another ending. */
  static PreparedRequest with(PreparedRequest request, Ending ending) {
    return of(request.inputIds(), ending, request.rule());
  }

  static Ending ending(int maxNewTokens, Ending.Loops loops, Duration timeout) {
    return new Ending(maxNewTokens, Set.of(7), () -> StopCheck.NEVER, loops, timeout);
  }
}
