package io.github.qwenvlspark.runtime.bench;

import io.github.qwenvlspark.runtime.GenerationOptions;
import io.github.qwenvlspark.runtime.Message;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.engine.Ending;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import io.github.qwenvlspark.runtime.engine.TokenRule;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** What the model is given to read; the same on every machine. */
final class Prompts {
  private static final int PATCH = 14;

  /** Ids that every vocabulary has, and that are no special tokens. */
  private static final int PLAIN_IDS = 256;

  private static final int SHORTEST_PROMPT = 16;
  private static final int SHORTEST_ANSWER = 4;

  private Prompts() {}

  /** A prompt of words whose answer has exactly {@code answer} tokens: nothing ends it earlier. */
  static PreparedRequest words(int tokens, int answer, int seed) {
    int[] ids = new int[tokens];
    float[] positions = new float[3 * tokens];
    for (int i = 0; i < tokens; i++) {
      ids[i] = (i * 31 + seed * 17) % PLAIN_IDS;
      Arrays.fill(positions, 3 * i, 3 * i + 3, i);
    }
    return new PreparedRequest(
        ids,
        positions,
        tokens,
        List.of(),
        new int[0],
        Ending.of(answer, Set.of()),
        TokenRule.ARGMAX,
        0);
  }

  /**
   * Requests whose prompts and answers are of very different lengths: most are short, a few are
   * long, as documents are.
   */
  static List<PreparedRequest> unlike(BenchPlan.Effort effort) {
    Random random = new Random(5);
    List<PreparedRequest> requests = new ArrayList<>();
    for (int i = 0; i < effort.unlike(); i++) {
      int prompt = length(random, SHORTEST_PROMPT, effort.longestPrompt());
      int answer = length(random, SHORTEST_ANSWER, effort.longestAnswer());
      requests.add(words(prompt, answer, i));
    }
    return requests;
  }

  /** Every ratio of lengths is as likely as every other. */
  private static int length(Random random, int shortest, int longest) {
    double ratio = (double) longest / shortest;
    return (int) Math.round(shortest * Math.pow(ratio, random.nextDouble()));
  }

  /** The question that a page asks; unlike seeds give unlike pixels. */
  static Request page(BenchPlan.Effort effort, int seed) {
    Size size = new Size(effort.page().rows() * PATCH, effort.page().columns() * PATCH);
    Part picture =
        new Part.Image(paper(size.height(), size.width() - 8, seed), VisualSize.exactly(size));
    Message question = Message.user(picture, new Part.Text("Read all the text."));
    return new Request(List.of(question), GenerationOptions.greedy(effort.answerTokens()));
  }

  /** The same request with an answer of its full length, whatever the model says. */
  static PreparedRequest unending(PreparedRequest request) {
    return new PreparedRequest(
        request.inputIds(),
        request.positions(),
        request.nextPosition(),
        request.visuals(),
        request.visualPositions(),
        Ending.of(request.ending().maxNewTokens(), Set.of()),
        TokenRule.ARGMAX,
        request.preprocessMs());
  }

  /** Dark strokes in lines on white paper. */
  private static RgbImage paper(int height, int width, int seed) {
    Random random = new Random(seed);
    byte[] rgb = new byte[height * width * 3];
    Arrays.fill(rgb, (byte) 250);
    for (int y = 0; y < height; y++) {
      boolean line = y % 20 < 12;
      for (int x = 0; x < width && line; x++) {
        if (random.nextInt(3) == 0) {
          Arrays.fill(rgb, 3 * (y * width + x), 3 * (y * width + x) + 3, (byte) 30);
        }
      }
    }
    return new RgbImage(height, width, rgb);
  }
}
