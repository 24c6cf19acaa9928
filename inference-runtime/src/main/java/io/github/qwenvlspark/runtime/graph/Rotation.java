package io.github.qwenvlspark.runtime.graph;

import java.util.List;

/**
 * Cosine and sine of rotary angles, {@code [rows, headDim / 2]} each; a row is a token or a patch.
 *
 * <p>Positions {@code [rows, axes]} times a matrix {@code [axes, headDim / 2]} whose column j holds
 * one inverse frequency, in the row of the axis that turns it: exact, since all other products are
 * zero.
 */
record Rotation(Value cos, Value sin, Value start) {

  static Rotation of(String node, Value positions, float[][] frequencies) {
    Graph graph = positions.graph();
    Value matrix = graph.constant(node + ".inv_freq", frequencies);
    Value rows = positions.reshape(node + ".rows", -1, frequencies.length);
    Value angles = graph.node(Op.MAT_MUL, node + ".angles", List.of(rows, matrix), matrix.width());
    return new Rotation(
        turned(graph, Op.COS, node + ".cos", angles),
        turned(graph, Op.SIN, node + ".sin", angles),
        graph.constant(node + ".start", 0));
  }

  /** Angles need all of float32; their cosines and sines do not. */
  private static Value turned(Graph graph, Op op, String node, Value angles) {
    return graph.node(op, node, List.of(angles), angles.width()).narrowed(node + ".narrow");
  }

  /**
   * Rotates {@code x [rows, heads * headDim]}, giving {@code [1, rows, heads * headDim]}; halves of
   * a head form the pairs. The operator means a table of positions: ours has the rows themselves.
   */
  Value rotate(String node, Value x, int heads) {
    Value batch = x.reshape(node + ".batch", 1, -1, x.width());
    return x.graph()
        .node(
            Op.ROTARY_EMBEDDING,
            node,
            List.of(batch, start, cos, sin),
            x.width(),
            Attribute.of("num_heads", heads));
  }

  /**
   * Inverse frequencies {@code 1 / theta^(2j / dim)}, in float32 as the reference computes them.
   *
   * <p>Source: {@code Qwen2_5_VLRotaryEmbedding}, {@code Qwen2_5_VisionRotaryEmbedding}.
   */
  static float[] inverseFrequencies(double theta, int dim) {
    float[] frequencies = new float[dim / 2];
    for (int j = 0; j < frequencies.length; j++) {
      float exponent = 2f * j / dim;
      frequencies[j] = 1f / (float) Math.pow((float) theta, exponent);
    }
    return frequencies;
  }

  /** Multimodal rotation: {@code sections} says how many frequencies turn with t, h and w. */
  static float[][] mrope(double theta, int headDim, List<Integer> sections) {
    float[] frequencies = inverseFrequencies(theta, headDim);
    float[][] matrix = new float[3][headDim / 2];
    int j = 0;
    for (int axis = 0; axis < 3; axis++) {
      for (int k = 0; k < sections.get(axis); k++, j++) {
        matrix[axis][j] = frequencies[j];
      }
    }
    return matrix;
  }

  /** Vision rotation: the first half turns with the row, the second with the column. */
  static float[][] rowAndColumn(double theta, int headDim) {
    float[] frequencies = inverseFrequencies(theta, headDim / 2);
    float[][] matrix = new float[2][headDim / 2];
    for (int axis = 0; axis < 2; axis++) {
      System.arraycopy(frequencies, 0, matrix[axis], axis * frequencies.length, frequencies.length);
    }
    return matrix;
  }
}
