package io.github.qwenvlspark.runtime.graph;

import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.VisionConfig;
import java.util.List;

/**
 * The vision tower for one picture, or for frames of equal size.
 *
 * <p>Inputs: {@code pixels [n, 1176]} float32 with rows in window order; {@code pos [1, n, 2]}
 * float32, row and column of each patch; {@code win_gather [windows, windowPatches]} int64, rows of
 * each window, short ones filled with any row; {@code win_back [n]} int64, where each row stands
 * among the windows; {@code win_len [windows]} int32, rows of each window that count; {@code
 * reverse [n / 4]} int64, from window order back to picture order; {@code frames [1]} int64.
 *
 * <p>Output: {@code embeds [n / 4, outHidden]} in picture order.
 *
 * <p>Source: {@code Qwen2_5_VisionTransformerPretrainedModel} in transformers,
 * models/qwen2_5_vl/modeling_qwen2_5_vl.py.
 */
public final class VisionGraph {
  private static final double NORM_EPSILON = 1e-6;
  private static final double ROTARY_THETA = 10_000;
  private static final int MERGED_PATCHES = 4;

  private final Graph graph = new Graph("qwen2_5_vl_vision");
  private final VisionConfig config;
  private final WeightReader weights;

  private VisionGraph(Checkpoint checkpoint) {
    this.config = checkpoint.config().vision();
    this.weights = new WeightReader(graph, checkpoint.weights());
  }

  /** Builds the graph; weights are named, not read. */
  public static OnnxModel build(Checkpoint checkpoint) {
    return new VisionGraph(checkpoint).build();
  }

  private OnnxModel build() {
    Value pixels = graph.input("pixels", OnnxType.FLOAT, "patches", config.patchValues());
    Value positions = graph.input("pos", OnnxType.FLOAT, 1, "patches", 2);
    Segments segments =
        new Segments(
            graph.input("win_gather", OnnxType.INT64, "windows", config.windowPatches()),
            graph.input("win_back", OnnxType.INT64, "patches"),
            graph.input("win_len", OnnxType.INT32, "windows"),
            frameShape(graph.input("frames", OnnxType.INT64, 1)));
    Value reverse = graph.input("reverse", OnnxType.INT64, "merged");

    Rotation rotation =
        Rotation.of("rotary", positions, Rotation.rowAndColumn(ROTARY_THETA, config.headDim()));
    Value patches =
        pixels.linear(
            "visual.patch_embed",
            weights.matrix(
                "visual.patch_embed.proj.weight", config.hiddenSize(), config.patchValues()));
    Residual residual = firstBlock(patches, rotation, segments);
    for (int block = 1; block < config.depth(); block++) {
      Scope scope = weights.scope("visual.blocks." + block);
      residual = block(scope, block, norm(scope, "norm1", residual), rotation, segments);
    }
    merge(residual, reverse);
    return graph.build();
  }

  /**
   * {@code [frames, patches of a frame, hidden]}: full attention sees one frame pair, not the clip.
   */
  private Value frameShape(Value frames) {
    return graph.node(
        Op.CONCAT,
        "frame_shape",
        List.of(frames, graph.constant("frame_shape.tail", -1, config.hiddenSize())),
        Value.UNKNOWN,
        Attribute.of("axis", 0));
  }

  private Residual firstBlock(Value patches, Rotation rotation, Segments segments) {
    Scope scope = weights.scope("visual.blocks.0");
    Residual.Normed normed =
        Residual.norm(
            scope.node("norm1"),
            patches,
            scope.weight("norm1.weight", config.hiddenSize()),
            NORM_EPSILON);
    return block(scope, 0, normed, rotation, segments);
  }

  /** Source: {@code Qwen2_5_VLVisionBlock}. */
  private Residual block(
      Scope scope, int index, Residual.Normed normed, Rotation rotation, Segments segments) {
    Value attention = attention(scope.child("attn"), index, normed.normed(), rotation, segments);
    Residual.Normed middle = norm(scope, "norm2", normed.then(attention));
    return middle.then(mlp(scope.child("mlp"), middle.normed()));
  }

  private Residual.Normed norm(Scope scope, String name, Residual residual) {
    return residual.norm(
        scope.node(name), scope.weight(name + ".weight", config.hiddenSize()), NORM_EPSILON);
  }

  /**
   * Source: {@code Qwen2_5_VLVisionAttention}; {@code x} and the result are {@code [n, hidden]}.
   */
  private Value attention(Scope scope, int block, Value x, Rotation rotation, Segments segments) {
    int hidden = config.hiddenSize();
    Value qkv = scope.linear("qkv", x, 3L * hidden);
    List<String> parts = List.of(scope.node("q"), scope.node("k"), scope.node("v"));
    graph.add(
        Op.SPLIT,
        scope.node("split"),
        List.of(qkv.name()),
        parts,
        Attribute.of("axis", 1),
        Attribute.of("num_outputs", 3));
    Value query = rotated(scope, "q", new Value(graph, parts.get(0), hidden), rotation);
    Value key = rotated(scope, "k", new Value(graph, parts.get(1), hidden), rotation);
    Value value = new Value(graph, parts.get(2), hidden);
    Value attended =
        config.fullAttentionBlocks().contains(block)
            ? wholeFrames(scope, query, key, value, segments)
            : windows(scope, query, key, value, segments);
    return scope.linear("proj", attended, hidden);
  }

  private Value rotated(Scope scope, String name, Value x, Rotation rotation) {
    int hidden = config.hiddenSize();
    return rotation
        .rotate(
            scope.node(name + ".rotary"),
            x.reshape(scope.node(name + ".batch"), 1, -1, hidden),
            config.heads())
        .reshape(scope.node(name + ".flat"), -1, hidden);
  }

  private Value wholeFrames(Scope scope, Value query, Value key, Value value, Segments segments) {
    int hidden = config.hiddenSize();
    List<String> inputs =
        List.of(
            query.reshape(scope.node("q.frames"), segments.frameShape(), hidden).name(),
            key.reshape(scope.node("k.frames"), segments.frameShape(), hidden).name(),
            value.reshape(scope.node("v.frames"), segments.frameShape(), hidden).name());
    return multiHead(scope, inputs).reshape(scope.node("frames.flat"), -1, hidden);
  }

  private Value windows(Scope scope, Value query, Value key, Value value, Segments segments) {
    int hidden = config.hiddenSize();
    List<String> inputs =
        List.of(
            query.rows(scope.node("q.windows"), segments.gather()).name(),
            key.rows(scope.node("k.windows"), segments.gather()).name(),
            value.rows(scope.node("v.windows"), segments.gather()).name(),
            "",
            segments.lengths().name());
    return multiHead(scope, inputs)
        .reshape(scope.node("windows.flat"), -1, hidden)
        .rows(scope.node("windows.back"), segments.back());
  }

  private Value multiHead(Scope scope, List<String> inputs) {
    String node = scope.node("attention");
    graph.add(
        Op.MULTI_HEAD_ATTENTION,
        node,
        inputs,
        List.of(node),
        Attribute.of("num_heads", config.heads()));
    return new Value(graph, node, config.hiddenSize());
  }

  /** SwiGLU with biases. Source: {@code Qwen2_5_VLMLP}. */
  private Value mlp(Scope scope, Value x) {
    Value gate = scope.linear("gate_proj", x, config.intermediateSize());
    Value up = scope.linear("up_proj", x, config.intermediateSize());
    Value inner = gate.silu(scope.node("act")).times(scope.node("gated"), up);
    return scope.linear("down_proj", inner, config.hiddenSize());
  }

  /** Four neighbouring patches become one embedding. Source: {@code Qwen2_5_VLPatchMerger}. */
  private void merge(Residual residual, Value reverse) {
    Scope scope = weights.scope("visual.merger");
    int merged = MERGED_PATCHES * config.hiddenSize();
    Value groups = norm(scope, "ln_q", residual).normed().reshape(scope.node("groups"), -1, merged);
    Value inner = scope.linear("mlp.0", groups, merged).gelu(scope.node("act"));
    Value embeds = scope.linear("mlp.2", inner, config.outHiddenSize()).rows("embeds", reverse);
    graph.output(embeds, OnnxType.FLOAT, "merged", config.outHiddenSize());
  }

  /** How rows group into windows and frames. */
  private record Segments(Value gather, Value back, Value lengths, Value frameShape) {}
}
