package io.github.qwenvlspark.runtime.graph;

import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import java.util.List;

/**
 * The tower of Qwen2.5-VL: RMS norms, a SwiGLU MLP, and windows in most blocks. Rows come in window
 * order.
 *
 * <p>More inputs: {@code win_gather [windows, windowPatches]} int64, rows of each window, short
 * ones filled with any row; {@code win_back [n]} int64, where each row stands among the windows;
 * {@code win_len [windows]} int32, rows of each window that count; {@code reverse [n / 4]} int64,
 * from window order back to picture order.
 *
 * <p>Source: {@code Qwen2_5_VisionTransformerPretrainedModel} in transformers,
 * models/qwen2_5_vl/modeling_qwen2_5_vl.py.
 */
final class Qwen25VisionGraph extends VisionGraph {
  private final Value gather;
  private final Value back;
  private final Value lengths;
  private final Value reverse;

  Qwen25VisionGraph(Checkpoint checkpoint, FloatType floats) {
    super("qwen2_5_vl_vision", checkpoint, floats);
    gather = graph.input("win_gather", OnnxType.INT64, "windows", config.windowPatches());
    back = graph.input("win_back", OnnxType.INT64, "patches");
    lengths = graph.input("win_len", OnnxType.INT32, "windows");
    reverse = graph.input("reverse", OnnxType.INT64, "merged");
  }

  @Override
  Norm norm(Scope scope, String name) {
    return new Norm.Rms(scope.weight(name + ".weight", config.hiddenSize()), NORM_EPSILON);
  }

  /** SwiGLU with biases. Source: {@code Qwen2_5_VLMLP}. */
  @Override
  Value mlp(Scope scope, Value x) {
    Value gate = scope.linear("gate_proj", x, config.intermediateSize());
    Value up = scope.linear("up_proj", x, config.intermediateSize());
    Value inner = gate.silu(scope.node("act")).times(scope.node("gated"), up);
    return scope.linear("down_proj", inner, config.hiddenSize());
  }

  @Override
  Value attend(Scope scope, int block, Value query, Value key, Value value) {
    return config.fullAttentionBlocks().contains(block)
        ? wholeFrames(scope, query, key, value)
        : windows(scope, query, key, value);
  }

  private Value windows(Scope scope, Value query, Value key, Value value) {
    List<String> inputs =
        List.of(
            query.rows(scope.node("q.windows"), gather).name(),
            key.rows(scope.node("k.windows"), gather).name(),
            value.rows(scope.node("v.windows"), gather).name(),
            "",
            lengths.name());
    return multiHead(scope, inputs)
        .reshape(scope.node("windows.flat"), -1, config.hiddenSize())
        .rows(scope.node("windows.back"), back);
  }

  @Override
  Value inPictureOrder(Value merged) {
    return merged.rows("embeds", reverse);
  }
}
