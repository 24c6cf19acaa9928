package io.github.qwenvlspark.runtime.graph;

import java.util.List;

/**
 * A single matrix product: {@code x [rows, side] · Wᵀ [side, side]}, what {@code bench} takes as
 * the machine's limit. It has the form of the model's linear layers.
 */
public final class ProductGraph {
  private ProductGraph() {}

  /** Builds the graph; its input is {@code x}, its output {@code product}. */
  public static OnnxModel build(int side) {
    Graph graph = new Graph("product", FloatType.FLOAT32);
    Value x = graph.input("x", OnnxType.FLOAT, "rows", side);
    Value weights = graph.constant("weights", weights(side));
    Weight weight = new Weight("weights", weights, List.of((long) side, (long) side));
    Value product = x.linear("product", new Matrix.Float32(weight));
    graph.output(product, OnnxType.FLOAT, "rows", side);
    return graph.build();
  }

  /** Small numbers of both signs, none denormal. */
  private static float[][] weights(int side) {
    float[][] rows = new float[side][side];
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        rows[row][column] = ((row * 31 + column * 17) % 199 - 99.5f) / 199;
      }
    }
    return rows;
  }
}
