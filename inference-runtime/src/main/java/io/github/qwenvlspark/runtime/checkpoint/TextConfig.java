package io.github.qwenvlspark.runtime.checkpoint;

import java.util.List;

/**
 * The text decoder.
 *
 * @param mropeSection frequencies that turn with time, height and width; their sum is {@code
 *     headDim / 2}
 * @param tieWordEmbeddings whether the embedding is the output head too
 */
public record TextConfig(
    int hiddenSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    int intermediateSize,
    int vocabSize,
    double rmsNormEps,
    double ropeTheta,
    List<Integer> mropeSection,
    int maxPositions,
    boolean tieWordEmbeddings) {
  public TextConfig {
    mropeSection = List.copyOf(mropeSection);
  }
}
