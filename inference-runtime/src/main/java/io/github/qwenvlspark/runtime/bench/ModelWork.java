package io.github.qwenvlspark.runtime.bench;

import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.checkpoint.ModelConfig;
import io.github.qwenvlspark.runtime.checkpoint.TextConfig;
import io.github.qwenvlspark.runtime.checkpoint.VisionConfig;

/**
 * Counts what a model cannot do without: the products of its linear layers and of its attention,
 * its weights read once for each run, and the keys and values of the tokens so far. Norms,
 * rotations and activations are not counted, nor is anything that is written.
 */
final class ModelWork {
  private final TextConfig text;
  private final VisionConfig vision;
  private final double bytesOfLayer;
  private final double bytesOfOthers;

  ModelWork(ModelConfig config, Precision precision) {
    this.text = config.text();
    this.vision = config.vision();
    double scale = 4.0 / 32; // a float32 for each block of 32
    this.bytesOfLayer =
        switch (precision) {
          case FP32 -> 4;
          case INT8 -> 1 + scale;
          case INT4 -> 0.5 + scale;
        };
    this.bytesOfOthers = precision == Precision.FP32 ? 4 : 1 + scale;
  }

  /** A prompt of words, and the token after it. */
  Work prefill(int tokens) {
    double pairs = tokens * (tokens + 1.0) / 2; // each token sees itself and those before it
    return new Work(
        2 * (layers() * tokens + head()) + attention() * pairs,
        bytesOfLayer * layers() + bytesOfOthers * head());
  }

  /** A step that gives each of {@code rows} its next token, after {@code past} tokens. */
  Work step(int rows, int past) {
    double cache = 2.0 * text.layers() * text.kvHeads() * text.headDim() * past * Float.BYTES;
    return new Work(
        rows * (2 * (layers() + head()) + attention() * (past + 1)),
        bytesOfLayer * layers() + bytesOfOthers * head() + rows * cache);
  }

  /** Weights of the linear layers of all decoder layers. */
  private double layers() {
    double hidden = text.hiddenSize();
    double queries = (double) text.heads() * text.headDim();
    double keys = (double) text.kvHeads() * text.headDim();
    return text.layers() * hidden * (2 * queries + 2 * keys + 3.0 * text.intermediateSize());
  }

  private double head() {
    return (double) text.vocabSize() * text.hiddenSize();
  }

  /** FLOPs of all layers for one query that sees one key. */
  private double attention() {
    return 4.0 * text.layers() * text.heads() * text.headDim();
  }

  /** A picture of {@code rows x columns} patches. */
  Work picture(int rows, int columns) {
    double patches = (double) rows * columns;
    double hidden = vision.hiddenSize();
    double mlp =
        switch (vision.family()) {
          case QWEN2_VL -> 2;
          case QWEN2_5_VL -> 3;
        };
    double block = hidden * (4 * hidden + mlp * vision.intermediateSize());
    double merged = 4 * hidden;
    double merger = merged * (merged + vision.outHiddenSize());
    double patch = vision.patchValues() * hidden;
    int full = vision.fullAttentionBlocks().size();
    double pairs = full * patches * patches + (vision.depth() - full) * windowPairs(rows, columns);
    return new Work(
        2 * (patches * (patch + vision.depth() * block) + patches / 4 * merger)
            + 4 * hidden * pairs,
        bytesOfOthers * (patch + vision.depth() * block + merger));
  }

  /** Pairs of patches that see each other in windows; those at the border are smaller. */
  private double windowPairs(int rows, int columns) {
    if (vision.windowSize() == 0) {
      return 0;
    }
    int side = vision.windowSize() / vision.patchSize();
    return squares(rows, side) * squares(columns, side);
  }

  private static double squares(int length, int side) {
    int whole = length / side;
    double rest = length % side;
    return (double) whole * side * side + rest * rest;
  }
}
