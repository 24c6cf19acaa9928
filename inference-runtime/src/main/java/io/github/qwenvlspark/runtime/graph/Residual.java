package io.github.qwenvlspark.runtime.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.ArrayList;
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

  /** Norm of a fresh stream, before anything is pending. */
  static Normed norm(String node, Value stream, Norm norm) {
    List<String> inputs = new ArrayList<>(List.of(stream.name()));
    inputs.addAll(norm.weights());
    Graph graph = stream.graph();
    graph.add(norm.op(), node, inputs, List.of(node), Attribute.of("axis", -1), epsilon(norm));
    return new Normed(new Value(graph, node, stream.width()), stream);
  }

  /** Norm of stream plus pending. */
  Normed norm(String node, Norm norm) {
    List<String> inputs = new ArrayList<>(List.of(stream.name(), pending.name()));
    inputs.addAll(norm.weights());
    Graph graph = stream.graph();
    String sum = node + ".sum";
    graph.add(norm.skipOp(), node, inputs, List.of(node, "", "", sum), epsilon(norm));
    return new Normed(
        new Value(graph, node, stream.width()), new Value(graph, sum, stream.width()));
  }

  private static AttributeProto epsilon(Norm norm) {
    return Attribute.of("epsilon", (float) norm.epsilon());
  }
}
