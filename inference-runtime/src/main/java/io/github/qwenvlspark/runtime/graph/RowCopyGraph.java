package io.github.qwenvlspark.runtime.graph;

import io.github.qwenvlspark.runtime.checkpoint.TextConfig;
import java.util.List;

/**
 * Copies rows of the KV cache where they lie, by the names and shapes of {@link DecoderGraph}:
 * {@code present_k.i} becomes what {@code past_k.i} is, and {@code present_v.i} {@code past_v.i}.
 */
public final class RowCopyGraph {
  private RowCopyGraph() {}

  public static OnnxModel build(TextConfig config, FloatType floats) {
    Graph graph = new Graph("kv_row_copy", floats);
    Object[] shape = {"rows", config.kvHeads(), "max_tokens", config.headDim()};
    for (int layer = 0; layer < config.layers(); layer++) {
      copy(graph, CacheNames.pastKey(layer), CacheNames.presentKey(layer), shape);
      copy(graph, CacheNames.pastValue(layer), CacheNames.presentValue(layer), shape);
    }
    return graph.build();
  }

  private static void copy(Graph graph, String from, String to, Object[] shape) {
    int type = graph.floats().onnxType();
    Value source = graph.input(from, type, shape);
    graph.output(graph.node(Op.IDENTITY, to, List.of(source), source.width()), type, shape);
  }
}
