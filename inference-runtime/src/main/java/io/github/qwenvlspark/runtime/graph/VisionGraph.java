package io.github.qwenvlspark.runtime.graph;

import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.VisionConfig;
import java.util.List;

/**
 * The vision tower for one picture, or for frames of equal size: what both families share. Each
 * adds its norms, its MLP and the way in which rows see each other.
 *
 * <p>Inputs: {@code pixels [n, 1176]} float32; {@code pos [1, n, 2]} float32, row and column of
 * each patch; {@code frame_shape [3]} int64, {@code [frame pairs, patches of one, -1]}: full
 * attention sees one frame pair, not the clip. Rows come in blocks of 2x2 patches.
 *
 * <p>Output: {@code embeds [n / 4, outHidden]} in picture order.
 */
public abstract sealed class VisionGraph permits Qwen2VisionGraph, Qwen25VisionGraph {
  static final double NORM_EPSILON = 1e-6;
  private static final double ROTARY_THETA = 10_000;
  private static final int MERGED_PATCHES = 4;

  final Graph graph;
  final VisionConfig config;
  private final WeightReader weights;
  private final Value pixels;
  private final Value positions;
  private final Value frameShape;

  VisionGraph(String name, Checkpoint checkpoint, FloatType floats) {
    this.graph = new Graph(name, floats);
    this.config = checkpoint.config().vision();
    this.weights = new WeightReader(graph, checkpoint.weights());
    this.pixels =
        graph
            .input("pixels", OnnxType.FLOAT, "patches", config.patchValues())
            .narrowed("pixels.narrow");
    this.positions = graph.input("pos", OnnxType.FLOAT, 1, "patches", 2);
    this.frameShape = graph.input("frame_shape", OnnxType.INT64, 3);
  }

  /** Builds the graph in float32; weights are named, not read. */
  public static OnnxModel build(Checkpoint checkpoint) {
    return build(checkpoint, FloatType.FLOAT32);
  }

  /** The same in {@code floats}. */
  public static OnnxModel build(Checkpoint checkpoint, FloatType floats) {
    VisionGraph tower =
        switch (checkpoint.config().vision().family()) {
          case QWEN2_VL -> new Qwen2VisionGraph(checkpoint, floats);
          case QWEN2_5_VL -> new Qwen25VisionGraph(checkpoint, floats);
        };
    return tower.build();
  }

  /** The norm whose weights stand at {@code scope.name}. */
  abstract Norm norm(Scope scope, String name);

  /** {@code x} and the result are {@code [n, hidden]}. */
  abstract Value mlp(Scope scope, Value x);

  /** Attention of block {@code block}: rows of {@code [n, hidden]} see those of their group. */
  abstract Value attend(Scope scope, int block, Value query, Value key, Value value);

  /** Merged rows {@code [n / 4, outHidden]} in picture order, as {@code embeds}. */
  abstract Value inPictureOrder(Value merged);

  private OnnxModel build() {
    Rotation rotation =
        Rotation.of("rotary", positions, Rotation.rowAndColumn(ROTARY_THETA, config.headDim()));
    Value patches =
        pixels.linear(
            "visual.patch_embed",
            weights.matrix(
                "visual.patch_embed.proj.weight", config.hiddenSize(), config.patchValues()));
    Scope first = weights.scope("visual.blocks.0");
    Residual residual =
        block(
            first, 0, Residual.norm(first.node("norm1"), patches, norm(first, "norm1")), rotation);
    for (int block = 1; block < config.depth(); block++) {
      Scope scope = weights.scope("visual.blocks." + block);
      residual = block(scope, block, normed(scope, "norm1", residual), rotation);
    }
    Value merged = merge(residual).widened("visual.merger.wide");
    graph.output(inPictureOrder(merged), OnnxType.FLOAT, "merged", config.outHiddenSize());
    return graph.build();
  }

  /** Source: {@code Qwen2VLVisionBlock}, {@code Qwen2_5_VLVisionBlock}. */
  private Residual block(Scope scope, int index, Residual.Normed normed, Rotation rotation) {
    Value attention = attention(scope.child("attn"), index, normed.normed(), rotation);
    Residual.Normed middle = normed(scope, "norm2", normed.then(attention));
    return middle.then(mlp(scope.child("mlp"), middle.normed()));
  }

  private Residual.Normed normed(Scope scope, String name, Residual residual) {
    return residual.norm(scope.node(name), norm(scope, name));
  }

  /**
   * Source: {@code VisionAttention}, {@code Qwen2_5_VLVisionAttention}; {@code x} and the result
   * are {@code [n, hidden]}.
   */
  private Value attention(Scope scope, int block, Value x, Rotation rotation) {
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
    return scope.linear("proj", attend(scope, block, query, key, value), hidden);
  }

  private Value rotated(Scope scope, String name, Value x, Rotation rotation) {
    int hidden = config.hiddenSize();
    return rotation
        .rotate(scope.node(name + ".rotary"), x, config.heads())
        .reshape(scope.node(name + ".flat"), -1, hidden);
  }

  /** Attention in which every row sees all rows of its frame pair. */
  final Value wholeFrames(Scope scope, Value query, Value key, Value value) {
    int hidden = config.hiddenSize();
    List<String> inputs =
        List.of(
            query.reshape(scope.node("q.frames"), frameShape, hidden).name(),
            key.reshape(scope.node("k.frames"), frameShape, hidden).name(),
            value.reshape(scope.node("v.frames"), frameShape, hidden).name());
    return multiHead(scope, inputs).reshape(scope.node("frames.flat"), -1, hidden);
  }

  final Value multiHead(Scope scope, List<String> inputs) {
    String node = scope.node("attention");
    graph.add(
        Op.MULTI_HEAD_ATTENTION,
        node,
        inputs,
        List.of(node),
        Attribute.of("num_heads", config.heads()));
    return new Value(graph, node, config.hiddenSize());
  }

  /**
   * Four neighbouring patches become one embedding. Source: {@code PatchMerger}, {@code
   * Qwen2_5_VLPatchMerger}.
   */
  private Value merge(Residual residual) {
    Scope scope = weights.scope("visual.merger");
    int merged = MERGED_PATCHES * config.hiddenSize();
    Value groups =
        normed(scope, "ln_q", residual).normed().reshape(scope.node("groups"), -1, merged);
    Value inner = scope.linear("mlp.0", groups, merged).gelu(scope.node("act"));
    return scope.linear("mlp.2", inner, config.outHiddenSize());
  }
}
