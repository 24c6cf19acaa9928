package io.github.qwenvlspark.runtime.graph;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.checkpoint.BlockFormat;
import io.github.qwenvlspark.runtime.checkpoint.TensorLocation;
import io.github.qwenvlspark.runtime.checkpoint.TensorType;
import io.github.qwenvlspark.runtime.checkpoint.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings weights of the checkpoint into a graph as external data: the graph holds file, offset and
 * length, ONNX Runtime maps the file. A weight that is stored in another type than the graph's is
 * followed by a Cast, which ONNX Runtime folds into a copy when it loads the graph.
 */
final class WeightReader {
  private final Graph graph;
  private final Weights weights;
  private final Map<String, Value> stored = new HashMap<>();
  private final Map<String, Value> cast = new HashMap<>();

  WeightReader(Graph graph, Weights weights) {
    this.graph = graph;
    this.weights = weights;
  }

  Scope scope(String path) {
    return new Scope(this, path);
  }

  /**
   * The weight as what the graph computes with.
   *
   * @throws QwenVlException if the checkpoint lacks it or holds another shape
   */
  Weight weight(String name, long... shape) {
    TensorLocation location = locate(name, shape);
    Value value = stored(location, shape);
    if (location.type() != asUsed()) {
      value = cast.computeIfAbsent(name, key -> stored(location, shape).toFloats(key + ".float"));
    }
    return new Weight(name, value, list(shape));
  }

  private TensorType asUsed() {
    return switch (graph.floats()) {
      case FLOAT32 -> TensorType.F32;
      case FLOAT16 -> TensorType.F16;
      case BFLOAT16 -> TensorType.BF16;
    };
  }

  /**
   * The matrix of a linear layer, {@code [out, in]}: in few bits where the checkpoint has it so.
   *
   * @throws QwenVlException if the checkpoint lacks it or holds another shape
   */
  Matrix matrix(String name, long out, long in) {
    for (BlockFormat format : BlockFormat.values()) {
      Optional<TensorLocation> values = weights.find(format.values(name));
      if (values.isPresent()) {
        return blocks(name, format, values.get(), out, in);
      }
    }
    return new Matrix.Float32(weight(name, out, in));
  }

  private Matrix.Blocks blocks(
      String name, BlockFormat format, TensorLocation values, long out, long in) {
    locate(name, out, in);
    long blocks = BlockFormat.blocks(in);
    TensorLocation scales = weights.find(BlockFormat.scales(name)).orElseThrow();
    return new Matrix.Blocks(
        name,
        out,
        in,
        format,
        stored(values, out, blocks, format.blockBytes()),
        stored(scales, out * blocks));
  }

  /** The weight as it is stored: for lookups that widen only the rows they take. */
  Weight storedWeight(String name, long... shape) {
    return new Weight(name, stored(locate(name, shape), shape), list(shape));
  }

  private Value stored(TensorLocation location, long... shape) {
    return stored.computeIfAbsent(
        location.name(), key -> graph.externalInitializer(location, shape));
  }

  private TensorLocation locate(String name, long... shape) {
    TensorLocation location =
        weights
            .find(name)
            .orElseThrow(
                () ->
                    new QwenVlException(
                        ErrorType.INVALID_REQUEST,
                        "Cannot build the model: weight %s is missing from %s"
                            .formatted(name, weights.files().get(0).getParent())));
    long elements = 1;
    for (long side : shape) {
      elements *= side;
    }
    // The element count decides: a convolution kernel is used as the matrix that it is.
    if (elements != location.elements() || location.shape().get(0) != shape[0]) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "Cannot build the model: weight %s has shape %s in %s, config.json asks for %s"
              .formatted(name, location.shape(), location.file(), list(shape)));
    }
    return location;
  }

  private static List<Long> list(long... shape) {
    List<Long> sides = new ArrayList<>(shape.length);
    for (long side : shape) {
      sides.add(side);
    }
    return List.copyOf(sides);
  }
}
