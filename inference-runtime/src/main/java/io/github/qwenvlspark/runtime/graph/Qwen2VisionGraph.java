package io.github.qwenvlspark.runtime.graph;

import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;

/**
 * The tower of Qwen2-VL: layer norms, a quick-GELU MLP, every block over whole frames. Rows come in
 * picture order.
 *
 * <p>Source: {@code Qwen2VisionTransformerPretrainedModel} in transformers,
 * models/qwen2_vl/modeling_qwen2_vl.py.
 */
final class Qwen2VisionGraph extends VisionGraph {
  Qwen2VisionGraph(Checkpoint checkpoint, FloatType floats) {
    super("qwen2_vl_vision", checkpoint, floats);
  }

  @Override
  Norm norm(Scope scope, String name) {
    return new Norm.Layer(
        scope.weight(name + ".weight", config.hiddenSize()),
        scope.weight(name + ".bias", config.hiddenSize()),
        NORM_EPSILON);
  }

  /** Source: {@code VisionMlp}. */
  @Override
  Value mlp(Scope scope, Value x) {
    Value inner = scope.linear("fc1", x, config.intermediateSize()).quickGelu(scope.node("act"));
    return scope.linear("fc2", inner, config.hiddenSize());
  }

  @Override
  Value attend(Scope scope, int block, Value query, Value key, Value value) {
    return wholeFrames(scope, query, key, value);
  }

  @Override
  Value inPictureOrder(Value merged) {
    return merged.reshape("embeds", -1, config.outHiddenSize());
  }
}
