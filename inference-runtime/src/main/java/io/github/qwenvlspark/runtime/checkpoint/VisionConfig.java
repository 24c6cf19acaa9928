package io.github.qwenvlspark.runtime.checkpoint;

import java.util.List;

/**
 * The vision tower.
 *
 * @param windowSize side of an attention window, in pixels
 * @param fullAttentionBlocks blocks that see the whole frame
 * @param tokensPerSecond time positions for one second of a clip
 */
public record VisionConfig(
    int depth,
    int hiddenSize,
    int heads,
    int intermediateSize,
    int outHiddenSize,
    int patchSize,
    int temporalPatchSize,
    int spatialMergeSize,
    int windowSize,
    List<Integer> fullAttentionBlocks,
    int tokensPerSecond) {
  public VisionConfig {
    fullAttentionBlocks = List.copyOf(fullAttentionBlocks);
  }

  public int headDim() {
    return hiddenSize / heads;
  }

  /** Values of one patch: {@code [3, temporal, patch, patch]}. */
  public int patchValues() {
    return 3 * temporalPatchSize * patchSize * patchSize;
  }

  /** Patches of one full window. */
  public int windowPatches() {
    int side = windowSize / patchSize;
    return side * side;
  }
}
