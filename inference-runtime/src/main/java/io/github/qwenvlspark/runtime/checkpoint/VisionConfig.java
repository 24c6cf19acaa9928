package io.github.qwenvlspark.runtime.checkpoint;

import java.util.List;

/**
 * The vision tower.
 *
 * @param hiddenSize width of the tower
 * @param outHiddenSize width of the text decoder, which reads the embeddings
 * @param windowSize side of an attention window, in pixels; 0 in Qwen2-VL, which has none
 * @param fullAttentionBlocks blocks that see the whole frame; all of them in Qwen2-VL
 * @param tokensPerSecond time positions for one second of a clip; 1 in Qwen2-VL, where {@link
 *     #secondPerGrid} counts a frame pair as a second
 */
public record VisionConfig(
    VisionFamily family,
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

  /**
   * Seconds between two frame pairs, as positions count them. Qwen2-VL numbers the pairs, whatever
   * time lies between them.
   *
   * @param sampleFps frames for one second of the clip, after sampling
   */
  public double secondPerGrid(double sampleFps) {
    return switch (family) {
      case QWEN2_VL -> 1;
      case QWEN2_5_VL -> temporalPatchSize / sampleFps;
    };
  }
}
