package io.github.qwenvlspark.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.ort.KvCache;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import io.github.qwenvlspark.runtime.testing.GoldenTensors;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Cosines and sines of the rotary angles, as the graphs compute them, equal the reference. */
class RotaryGoldenTest {
  private static final GoldenTensors TENSORS = new GoldenTensors("rope/rotary.safetensors");
  private static final double TEXT_THETA = 1e6;
  private static final double VISION_THETA = 10_000;

  /** Whoever is first in a JVM says how ONNX Runtime has its threads: the product must be. */
  @BeforeAll
  static void startAsTheProductDoes() {
    new KvCache(Checkpoint.open(Fixtures.path("tiny-model-f32")).config().text(), 1, 16, 2).close();
  }

  static Stream<Arguments> tables() {
    return Stream.of(
        text(32, List.of(4, 6, 6)),
        text(128, List.of(16, 24, 24)),
        text(24, List.of(2, 5, 5)),
        vision(16),
        vision(80));
  }

  private static Arguments text(int headDim, List<Integer> sections) {
    String name = "text_" + headDim;
    return Arguments.of(
        name,
        headDim,
        byToken(TENSORS.longs(name + ".position_ids")),
        Rotation.mrope(TEXT_THETA, headDim, sections),
        Rotation.inverseFrequencies(TEXT_THETA, headDim));
  }

  private static Arguments vision(int headDim) {
    String name = "vision_" + headDim;
    long[] rowColumn = TENSORS.longs(name + ".position_ids");
    float[] positions = new float[rowColumn.length];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = rowColumn[i];
    }
    return Arguments.of(
        name,
        headDim,
        positions,
        Rotation.rowAndColumn(VISION_THETA, headDim),
        Rotation.inverseFrequencies(VISION_THETA, headDim / 2));
  }

  /** {@code [3, 1, seq]} as {@code [seq, 3]}. */
  private static float[] byToken(long[] byAxis) {
    int length = byAxis.length / 3;
    float[] positions = new float[byAxis.length];
    for (int i = 0; i < byAxis.length; i++) {
      positions[i % length * 3 + i / length] = byAxis[i];
    }
    return positions;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tables")
  void anglesEqualTheReference(
      String name, int headDim, float[] positions, float[][] matrix, float[] frequencies)
      throws OrtException {
    assertFrequencies(frequencies, TENSORS.floats(name + ".inv_freq"));
    int axes = matrix.length;
    Graph graph = new Graph("rotary", FloatType.FLOAT32);
    Rotation rotation =
        Rotation.of("rotary", graph.input("pos", OnnxType.FLOAT, 1, "seq", axes), matrix);
    graph.output(rotation.cos(), OnnxType.FLOAT, "rows", headDim / 2);
    graph.output(rotation.sin(), OnnxType.FLOAT, "rows", headDim / 2);

    OrtEnvironment ort = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      try (OrtSession session = ort.createSession(graph.proto(), options);
          OnnxTensor input =
              OnnxTensor.createTensor(
                  ort, FloatBuffer.wrap(positions), new long[] {1, positions.length / axes, axes});
          OrtSession.Result result = session.run(Map.of("pos", input))) {
        assertHalves(name + ".cos", headDim, (OnnxTensor) result.get(0));
        assertHalves(name + ".sin", headDim, (OnnxTensor) result.get(1));
      }
    }
  }

  /** PyTorch's vectorised power is within one unit in the last place, Java's is rounded right. */
  private static void assertFrequencies(float[] actual, float[] golden) {
    assertThat(actual).hasSameSizeAs(golden);
    for (int j = 0; j < golden.length; j++) {
      assertThat(Math.abs(Float.floatToIntBits(actual[j]) - Float.floatToIntBits(golden[j])))
          .as("units in the last place of frequency %d", j)
          .isLessThanOrEqualTo(1);
    }
  }

  /** The reference says every frequency twice, once for each half of a head. */
  private static void assertHalves(String name, int headDim, OnnxTensor actual) {
    float[] golden = TENSORS.floats(name);
    FloatBuffer values = actual.getFloatBuffer();
    int half = headDim / 2;
    assertThat(2 * values.remaining()).isEqualTo(golden.length);
    for (int i = 0; i < golden.length; i++) {
      int row = i / headDim;
      assertThat(values.get(row * half + i % half))
          .as("%s, row %d, column %d", name, row, i % headDim)
          .isCloseTo(golden[i], Offset.offset(1e-6f));
    }
  }
}
