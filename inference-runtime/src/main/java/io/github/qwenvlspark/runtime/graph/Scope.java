package io.github.qwenvlspark.runtime.graph;

/** A place in the checkpoint's tree of names, such as {@code model.layers.7.mlp}. */
record Scope(WeightReader weights, String path) {
  Scope child(String name) {
    return new Scope(weights, path + "." + name);
  }

  String node(String name) {
    return path + "." + name;
  }

  /** The weight {@code path.name} of exactly this shape. */
  Weight weight(String name, long... shape) {
    return weights.weight(path + "." + name, shape);
  }

  /**
   * A linear layer with bias, {@code [out, in]} and {@code [out]}, applied to {@code x [rows, in]}.
   */
  Value linear(String name, Value x, long out) {
    return x.linear(node(name), matrix(name, out, x.width()), weight(name + ".bias", out));
  }

  /** A linear layer without bias. */
  Value linearWithoutBias(String name, Value x, long out) {
    return x.linear(node(name), matrix(name, out, x.width()));
  }

  private Matrix matrix(String name, long out, long in) {
    return weights.matrix(path + "." + name + ".weight", out, in);
  }
}
