package io.github.qwenvlspark.runtime.graph;

import java.util.List;

/**
 * A tensor inside a graph under construction. It knows its graph and its last dimension, so that a
 * layer of a wrong width fails in Java at the line that wrote it.
 */
final class Value {
  /** For tensors whose last dimension is known only at run time. */
  static final long UNKNOWN = -1;

  private final Graph graph;
  private final String name;
  private final long width;

  Value(Graph graph, String name, long width) {
    this.graph = graph;
    this.name = name;
    this.width = width;
  }

  String name() {
    return name;
  }

  long width() {
    return width;
  }

  Graph graph() {
    return graph;
  }

  /**
   * {@code x · Wᵀ}: {@code this} is {@code [rows, in]}, {@code matrix} as stored, {@code [out,
   * in]}.
   */
  Value linear(String node, Matrix matrix) {
    return matrix.times(node, this, List.of());
  }

  /** {@code x · Wᵀ + b}: {@code bias} is {@code [out]}. */
  Value linear(String node, Matrix matrix, Weight bias) {
    if (bias.rows() != matrix.rows()) {
      throw new IllegalArgumentException(
          "%s: a bias of %d does not fit %d outputs".formatted(node, bias.rows(), matrix.rows()));
    }
    return matrix.times(node, this, List.of(bias.value()));
  }

  Value plus(String node, Value other) {
    return graph.node(Op.ADD, node, List.of(this, other), width);
  }

  Value times(String node, Value other) {
    return graph.node(Op.MUL, node, List.of(this, other), width);
  }

  /** {@code x · sigmoid(x)}. */
  Value silu(String node) {
    return graph.node(Op.QUICK_GELU, node, List.of(this), width, Attribute.of("alpha", 1f));
  }

  /** {@code x · sigmoid(1.702 x)}. */
  Value quickGelu(String node) {
    return graph.node(Op.QUICK_GELU, node, List.of(this), width, Attribute.of("alpha", 1.702f));
  }

  /** The exact (erf) GELU. */
  Value gelu(String node) {
    return graph.node(Op.GELU, node, List.of(this), width);
  }

  /** Rows of the first dimension, in the order of {@code indices}. */
  Value rows(String node, Value indices) {
    return graph.node(Op.GATHER, node, List.of(this, indices), width, Attribute.of("axis", 0));
  }

  /** The same values under a new shape; 0 keeps a side, -1 is what is left. */
  Value reshape(String node, long... shape) {
    long last = shape[shape.length - 1];
    return graph.node(
        Op.RESHAPE,
        node,
        List.of(this, graph.constant(node + ".shape", shape)),
        last > 0 ? last : UNKNOWN);
  }

  Value reshape(String node, Value shape, long lastDimension) {
    return graph.node(Op.RESHAPE, node, List.of(this, shape), lastDimension);
  }

  /** What the graph computes with, whatever the stored type. */
  Value toFloats(String node) {
    return cast(node, graph.floats());
  }

  /** Float32 as what the graph computes with: nothing to do where that is float32. */
  Value narrowed(String node) {
    return graph.floats() == FloatType.FLOAT32 ? this : toFloats(node);
  }

  /** What the graph computes with as float32: nothing to do where that is float32. */
  Value widened(String node) {
    return graph.floats() == FloatType.FLOAT32 ? this : cast(node, FloatType.FLOAT32);
  }

  private Value cast(String node, FloatType type) {
    return graph.node(Op.CAST, node, List.of(this), width, Attribute.of("to", type.onnxType()));
  }
}
