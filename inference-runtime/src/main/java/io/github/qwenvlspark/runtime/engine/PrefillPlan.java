package io.github.qwenvlspark.runtime.engine;

/**
 * How a prompt is cut into chunks so that every cutting gives the same bits.
 *
 * <p>ONNX Runtime attends in blocks of queries, and a block of a single query goes through another
 * kernel, whose last bits differ. Block sizes are multiples of 16 (they follow from head size and
 * processor cache), so no chunk may have 1, 17, 33, … tokens: then its last block has at least two,
 * whatever the block size. Only a prompt of one token is one.
 */
final class PrefillPlan {
  private static final int BLOCK = 16;

  /** A short last chunk, taken from one that would end in a single query. */
  private static final int TAIL = 3;

  private final int chunk;

  /** Chunks of at most {@code chunk} tokens, at least 4. */
  PrefillPlan(int chunk) {
    this.chunk = chunk - chunk % 2;
  }

  /** End of the chunk that begins at {@code start} in a prompt of {@code prompt} tokens. */
  int end(int start, int prompt) {
    int left = prompt - start;
    if (left == 1 || (left <= chunk && left % BLOCK != 1)) {
      return prompt;
    }
    // What stays behind must neither be a single token nor end in one.
    return left <= chunk + 1 ? prompt - TAIL : start + chunk;
  }
}
