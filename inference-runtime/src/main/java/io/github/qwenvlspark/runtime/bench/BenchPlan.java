package io.github.qwenvlspark.runtime.bench;

import io.github.qwenvlspark.runtime.Precision;
import java.util.List;

/**
 * What is measured.
 *
 * @param threads of the model, and of the measures of the machine; at least 1
 * @param precisions each is loaded and measured by itself
 * @param batches rows of a decode step; the largest one is the engine's batch
 * @param effort how long and how often
 */
public record BenchPlan(
    int threads, List<Precision> precisions, List<Integer> batches, Effort effort) {
  public BenchPlan {
    precisions = List.copyOf(precisions);
    batches = List.copyOf(batches);
    require(threads >= 1, "threads must be at least 1, not " + threads);
    require(!precisions.isEmpty(), "a bench needs at least one precision");
    require(!batches.isEmpty(), "a bench needs at least one batch size");
    batches.forEach(rows -> require(rows >= 1, "a batch must be at least 1, not " + rows));
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }

  /** Rows that the engine answers together. */
  public int maxBatch() {
    return batches.stream().mapToInt(Integer::intValue).max().orElseThrow();
  }

  /**
   * Sizes of the measures.
   *
   * @param fewestLaps of one measure, after the warm-up
   * @param mostLaps of one measure
   * @param seconds after which a measure ends, once it has its fewest laps
   * @param readMegabytes that one pass of the memory measure reads
   * @param gemmSide rows and columns of the matrices of the GEMM measure
   * @param prompts tokens of the prompts that are read, the longest one a page's
   * @param stepsOfLap decode steps in one lap
   * @param page height and width of the page, in patches of 14 pixels
   * @param answerTokens of the page's answer
   * @param unlike requests in the run of unlike ones
   * @param longestPrompt of the unlike requests, in tokens
   * @param longestAnswer of the unlike requests, in tokens
   */
  public record Effort(
      int fewestLaps,
      int mostLaps,
      double seconds,
      int readMegabytes,
      int gemmSide,
      List<Integer> prompts,
      int stepsOfLap,
      Page page,
      int answerTokens,
      int unlike,
      int longestPrompt,
      int longestAnswer) {
    /** What figures are quoted from. */
    public static final Effort FULL =
        new Effort(
            3, 20, 4, 512, 2048, List.of(512, 1856), 8, new Page(100, 72), 128, 64, 768, 160);

    /** Seconds with a small checkpoint: whether everything runs, and about how fast. */
    public static final Effort QUICK =
        new Effort(1, 3, 0.5, 64, 512, List.of(128, 512), 2, new Page(40, 28), 16, 12, 96, 16);

    public Effort {
      prompts = List.copyOf(prompts);
    }

    /** Tokens that a row of the cache must hold. */
    int contextTokens() {
      int page = page().patches() / 4 + PAGE_WORDS + answerTokens;
      int prompt = prompts.stream().mapToInt(Integer::intValue).max().orElseThrow() + 1;
      return Math.max(Math.max(page, prompt), longestPrompt + longestAnswer);
    }
  }

  /** Room for the words around a page, in tokens. */
  private static final int PAGE_WORDS = 64;

  /**
   * A page's grid; both sides are even.
   *
   * @param rows patches down
   * @param columns patches across
   */
  public record Page(int rows, int columns) {
    int patches() {
      return rows * columns;
    }
  }
}
