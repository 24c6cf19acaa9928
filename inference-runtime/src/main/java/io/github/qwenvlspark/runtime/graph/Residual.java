package io.github.qwenvlspark.runtime.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.List;

/**
 * The residual stream of a transformer: {@code stream} is what has been added up, {@code pending}
 * the output of the last layer, which the next norm adds. Adding inside the norm saves a pass over
 * memory.
 */
record Residual(Value stream, Value pending) {

  /** What a norm gives: the normalised sum, and the sum itself as the new stream. */
  record Normed(Value normed, Value stream) {
    Residual then(Value layerOutput) {
      return new Residual(stream, layerOutput);
    }
  }

  /** RMS norm of a fresh stream, before anything is pending. Source: {@code Qwen2RMSNorm}. */
  static Normed norm(String node, Value stream, Weight gamma, double epsilon) {
    Value normed =
        stream
            .graph()
            .node(
                Op.SIMPLIFIED_LAYER_NORMALIZATION,
                node,
                List.of(stream, gamma.value()),
                stream.width(),
                Attribute.of("axis", -1),
                epsilon(epsilon));
    return new Normed(normed, stream);
  }

  /** RMS norm of stream plus pending. Source: {@code Qwen2RMSNorm}. */
  Normed norm(String node, Weight gamma, double epsilon) {
    Graph graph = stream.graph();
    String sum = node + ".sum";
    graph.add(
        Op.SKIP_SIMPLIFIED_LAYER_NORMALIZATION,
        node,
        List.of(stream.name(), pending.name(), gamma.value().name()),
        List.of(node, "", "", sum),
        epsilon(epsilon));
    return new Normed(
        new Value(graph, node, stream.width()), new Value(graph, sum, stream.width()));
  }

  private static AttributeProto epsilon(double epsilon) {
    return Attribute.of("epsilon", (float) epsilon);
  }
}
