package io.github.qwenvlspark.runtime.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.TextConfig;
import io.github.qwenvlspark.runtime.graph.DecoderGraph;
import io.github.qwenvlspark.runtime.graph.FloatType;
import io.github.qwenvlspark.runtime.graph.VisionGraph;
import io.github.qwenvlspark.runtime.position.VisionWindows;
import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The graphs in 16 bits, as far as a CPU can show: float16 runs and comes near float32, bfloat16
 * passes ONNX Runtime's check of types and lacks nothing but kernels.
 */
class FloatTypesTest {
  private static final String[] CHECKPOINTS = {"tiny-model-f32", "tiny-qwen2-vl"};

  /** The CPU adds the products of a float16 row up in float16; a GPU does so in float32. */
  private static final double FLOAT16_SUMS = 0.05;

  @ParameterizedTest
  @ValueSource(strings = {"tiny-model-f32", "tiny-model-bf16", "tiny-qwen2-vl"})
  void aDecoderInFloat16ComesNearTheOneInFloat32(String name) {
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path(name));
    DecoderOutput wide = decode(checkpoint, FloatType.FLOAT32);
    DecoderOutput narrow = decode(checkpoint, FloatType.FLOAT16);

    assertThat(relativeError(narrow.logits(), wide.logits())).isLessThan(FLOAT16_SUMS);
    for (int row = 0; row < 2; row++) {
      // The head of 16-bit graphs is another one: it must agree with its own logits.
      int vocab = checkpoint.config().text().vocabSize();
      int best = row * vocab;
      double mass = 0;
      for (int i = row * vocab; i < (row + 1) * vocab; i++) {
        best = narrow.logits()[i] > narrow.logits()[best] ? i : best;
        mass += Math.exp(narrow.logits()[i]);
      }
      assertThat(narrow.next()[row]).isEqualTo(best - row * vocab);
      assertThat((double) narrow.logSumExp()[row]).isCloseTo(Math.log(mass), Offset.offset(1e-4));
      assertThat((double) narrow.logprob()[row])
          .isCloseTo(narrow.logits()[best] - Math.log(mass), Offset.offset(1e-4));
    }
  }

  private static DecoderOutput decode(Checkpoint checkpoint, FloatType floats) {
    TextConfig config = checkpoint.config().text();
    Random random = new Random(5);
    try (KvCache cache =
            new KvCache(config, 2, 64, Placement.HOST, floats, KvCache.Moves.WHOLE_ROWS, 1);
        DecoderSession decoder =
            new DecoderSession(DecoderGraph.build(checkpoint, floats), config, 1)) {
      cache.fill(Float.NaN);
      for (int row = 0; row < 2; row++) {
        prefill(decoder, cache, random, row, config);
      }
      return decoder.runWithLogits(
          cache,
          DecoderInput.step(
              2,
              new long[] {7, 11},
              new float[] {20, 20, 20, 20, 20, 20},
              new int[] {21, 21},
              new long[] {0, 1}));
    }
  }

  /** 20 tokens, three of them a picture's. */
  private static void prefill(
      DecoderSession decoder, KvCache cache, Random random, int row, TextConfig config) {
    float[] positions = new float[60];
    for (int i = 0; i < 60; i++) {
      int place = i / 3;
      positions[i] = place;
    }
    float[] embeds = new float[3 * config.hiddenSize()];
    for (int i = 0; i < embeds.length; i++) {
      embeds[i] = (float) random.nextGaussian();
    }
    decoder.run(
        cache,
        new DecoderInput(
            new KvCache.Range(row, 1),
            20,
            random.ints(20, 0, 400).asLongStream().toArray(),
            positions,
            new int[] {20},
            embeds,
            new long[] {4, 5, 6},
            new long[] {19}));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-model-f32", "tiny-qwen2-vl"})
  void aTowerInFloat16ComesNearTheOneInFloat32(String name) {
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path(name));
    assertThat(
            relativeError(
                encode(checkpoint, FloatType.FLOAT16), encode(checkpoint, FloatType.FLOAT32)))
        .isLessThan(FLOAT16_SUMS);
  }

  private static float[] encode(Checkpoint checkpoint, FloatType floats) {
    ImageGrid grid = new ImageGrid(1, 12, 18);
    float[] pixels = new float[grid.patches() * checkpoint.config().vision().patchValues()];
    Random random = new Random(9);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    VisionInput input =
        switch (checkpoint.config().vision().family()) {
          case QWEN2_VL ->
              new VisionInput(
                  pixels, VisionWindows.wholeFrames(grid).rowColumn(), 1, Optional.empty());
          case QWEN2_5_VL -> {
            VisionWindows rows = new VisionWindows(grid, 112, 14);
            yield new VisionInput(
                pixels,
                rows.rowColumn(),
                1,
                Optional.of(
                    new VisionInput.Windows(
                        rows.gather(), rows.back(), rows.lengths(), rows.reverse())));
          }
        };
    try (VisionSession tower =
        new VisionSession(VisionGraph.build(checkpoint, floats), Device.CPU, 1)) {
      return tower.encode(input);
    }
  }

  private static double relativeError(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double error = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow(actual[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    return Math.sqrt(error / size);
  }

  /** ONNX Runtime checks all types before it looks for kernels. */
  @Test
  void graphsInBfloat16LackNothingButKernels() {
    for (String name : CHECKPOINTS) {
      Checkpoint checkpoint = Checkpoint.open(Fixtures.path(name));
      assertThatThrownBy(
              () ->
                  new DecoderSession(
                      DecoderGraph.build(checkpoint, FloatType.BFLOAT16),
                      checkpoint.config().text(),
                      1))
          .hasMessageContaining("NOT_IMPLEMENTED");
      assertThatThrownBy(
              () ->
                  new VisionSession(
                      VisionGraph.build(checkpoint, FloatType.BFLOAT16), Device.CPU, 1))
          .hasMessageContaining("NOT_IMPLEMENTED");
    }
  }
}
