package io.github.qwenvlspark.runtime.graph;

import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.TextConfig;
import java.util.List;

/**
 * The text decoder as one graph for prefill and decode.
 *
 * <p>Inputs: {@code input_ids [batch, seq]} int64; {@code image_embeds [m, hidden]} and their flat
 * positions {@code image_pos [m, 1]} int64 (m may be 0); {@code pos [batch, seq, 3]} float32 in t,
 * h, w order; {@code seqlens_k [batch]} int32, each row's length after this run less one; {@code
 * total_len} int32, the longest of these lengths; {@code row_shape [3]} int64, {@code [batch, seq,
 * -1]}, given because a shape computed in the graph would be computed off the device; {@code last
 * [l]} int64, flat positions whose next token is wanted; {@code past_k.i}, {@code past_v.i} {@code
 * [batch, kvHeads, maxTokens, headDim]}.
 *
 * <p>Outputs: {@code next [l]} int64, the likeliest token; {@code logprob [l]} of it; {@code
 * log_sum_exp [l]} of the logits, which any logit less is a log-probability; {@code logits [l,
 * vocab]}; {@code present_k.i}, {@code present_v.i} in the memory of {@code past}.
 *
 * <p>Source: {@code Qwen2_5_VLTextModel} in transformers, models/qwen2_5_vl/modeling_qwen2_5_vl.py.
 */
public final class DecoderGraph {
  private final Graph graph;
  private final TextConfig config;
  private final WeightReader weights;
  private final String outputHead;

  private DecoderGraph(Checkpoint checkpoint, FloatType floats) {
    this.graph = new Graph("qwen2_5_vl_decoder", floats);
    this.config = checkpoint.config().text();
    this.weights = new WeightReader(graph, checkpoint.weights());
    this.outputHead = checkpoint.outputHead();
  }

  /** Builds the graph in float32; weights are named, not read. */
  public static OnnxModel build(Checkpoint checkpoint) {
    return build(checkpoint, FloatType.FLOAT32);
  }

  /** The same in {@code floats}. */
  public static OnnxModel build(Checkpoint checkpoint, FloatType floats) {
    return new DecoderGraph(checkpoint, floats).build();
  }

  private OnnxModel build() {
    Value ids = graph.input("input_ids", OnnxType.INT64, "batch", "seq");
    Value imageEmbeds =
        graph
            .input("image_embeds", OnnxType.FLOAT, "images", config.hiddenSize())
            .narrowed("image_embeds.narrow");
    Value imagePositions = graph.input("image_pos", OnnxType.INT64, "images", 1);
    Value positions = graph.input("pos", OnnxType.FLOAT, "batch", "seq", 3);
    Value seqlens = graph.input("seqlens_k", OnnxType.INT32, "batch");
    Value totalLength = graph.input("total_len", OnnxType.INT32);
    Value last = graph.input("last", OnnxType.INT64, "wanted");

    Rotation rotation =
        Rotation.of(
            "rotary",
            positions,
            Rotation.mrope(config.ropeTheta(), config.headDim(), config.mropeSection()));
    Rows rows = new Rows(seqlens, totalLength, graph.input("row_shape", OnnxType.INT64, 3));

    Value embeddings = embed(ids, imageEmbeds, imagePositions);
    Residual residual = firstLayer(embeddings, rotation, rows);
    for (int layer = 1; layer < config.layers(); layer++) {
      residual = layer(layer, residual, rotation, rows);
    }
    head(residual, last);
    return graph.build();
  }

  /** Rows of the embedding, with the features of pictures in the places of their pad tokens. */
  private Value embed(Value ids, Value imageEmbeds, Value imagePositions) {
    Weight table =
        weights.storedWeight("model.embed_tokens.weight", config.vocabSize(), config.hiddenSize());
    // Only the gathered rows are cast: the table itself stays as it is stored.
    Value words =
        table
            .value()
            .rows("embed_tokens", ids.reshape("flat_ids", -1))
            .toFloats("embed_tokens.float");
    return graph.node(
        Op.SCATTER_ND,
        "inputs_embeds",
        List.of(words, imagePositions, imageEmbeds),
        config.hiddenSize());
  }

  private Residual firstLayer(Value embeddings, Rotation rotation, Rows rows) {
    Scope layer = weights.scope("model.layers.0");
    Residual.Normed normed =
        Residual.norm(layer.node("input_layernorm"), embeddings, rms(layer, "input_layernorm"));
    return attentionAndMlp(layer, 0, normed, rotation, rows);
  }

  /** Source: {@code Qwen2_5_VLDecoderLayer}. */
  private Residual layer(int index, Residual residual, Rotation rotation, Rows rows) {
    Scope layer = weights.scope("model.layers." + index);
    return attentionAndMlp(layer, index, norm(layer, "input_layernorm", residual), rotation, rows);
  }

  private Residual attentionAndMlp(
      Scope layer, int index, Residual.Normed normed, Rotation rotation, Rows rows) {
    Value attention = attention(layer.child("self_attn"), index, normed.normed(), rotation, rows);
    Residual.Normed middle = norm(layer, "post_attention_layernorm", normed.then(attention));
    return middle.then(mlp(layer.child("mlp"), middle.normed()));
  }

  private Residual.Normed norm(Scope scope, String name, Residual residual) {
    return residual.norm(scope.node(name), rms(scope, name));
  }

  private Norm rms(Scope scope, String name) {
    return new Norm.Rms(scope.weight(name + ".weight", config.hiddenSize()), config.rmsNormEps());
  }

  /**
   * Grouped-query attention over the cache; {@code x} and the result are {@code [batch * seq,
   * hidden]}. The cache is written in place. Source: {@code Qwen2_5_VLAttention}.
   */
  private Value attention(Scope scope, int layer, Value x, Rotation rotation, Rows rows) {
    int queryWidth = config.heads() * config.headDim();
    int kvWidth = config.kvHeads() * config.headDim();
    Value query = scope.linear("q_proj", x, queryWidth);
    Value key = scope.linear("k_proj", x, kvWidth);
    Value value = scope.linear("v_proj", x, kvWidth);
    query = rotation.rotate(scope.node("q_rotary"), query, config.heads());
    key = rotation.rotate(scope.node("k_rotary"), key, config.kvHeads());
    query = rows.unflatten(scope.node("q.rows"), query);
    key = rows.unflatten(scope.node("k.rows"), key);
    value = rows.unflatten(scope.node("v.rows"), value);

    int floats = graph.floats().onnxType();
    Object[] cache = {"batch", config.kvHeads(), "max_tokens", config.headDim()};
    Value pastKey = graph.input(CacheNames.pastKey(layer), floats, cache);
    Value pastValue = graph.input(CacheNames.pastValue(layer), floats, cache);
    String node = scope.node("attention");
    graph.add(
        Op.GROUP_QUERY_ATTENTION,
        node,
        List.of(
            query.name(),
            key.name(),
            value.name(),
            pastKey.name(),
            pastValue.name(),
            rows.seqlens().name(),
            rows.total().name()),
        List.of(node, CacheNames.presentKey(layer), CacheNames.presentValue(layer)),
        Attribute.of("num_heads", config.heads()),
        Attribute.of("kv_num_heads", config.kvHeads()));
    graph.output(new Value(graph, CacheNames.presentKey(layer), 0), floats, cache);
    graph.output(new Value(graph, CacheNames.presentValue(layer), 0), floats, cache);
    Value attended =
        new Value(graph, node, queryWidth).reshape(scope.node("attention.flat"), -1, queryWidth);
    return scope.linearWithoutBias("o_proj", attended, config.hiddenSize());
  }

  /** SwiGLU; {@code x} and the result are {@code [rows, hidden]}. Source: {@code Qwen2MLP}. */
  private Value mlp(Scope scope, Value x) {
    Value gate = scope.linearWithoutBias("gate_proj", x, config.intermediateSize());
    Value up = scope.linearWithoutBias("up_proj", x, config.intermediateSize());
    Value inner = gate.silu(scope.node("act")).times(scope.node("gated"), up);
    return scope.linearWithoutBias("down_proj", inner, config.hiddenSize());
  }

  /** Final norm and output head, for the wanted positions only. */
  private void head(Residual residual, Value last) {
    Residual wanted =
        new Residual(
            residual.stream().rows("last.stream", last),
            residual.pending().rows("last.pending", last));
    Value normed = norm(weights.scope("model"), "norm", wanted).normed();
    boolean wide = graph.floats() == FloatType.FLOAT32;
    Value logits =
        normed
            .linear(
                wide ? "logits" : "logits.narrow",
                weights.matrix(outputHead, config.vocabSize(), config.hiddenSize()))
            .widened("logits");
    graph.output(logits, OnnxType.FLOAT, "wanted", config.vocabSize());
    if (wide) {
      likeliestByReduction(logits);
    } else {
      likeliestBySorting(logits);
    }
  }

  private void likeliestByReduction(Value logits) {
    Value next =
        graph.node(
            Op.ARG_MAX,
            "next",
            List.of(logits),
            Value.UNKNOWN,
            Attribute.of("axis", 1),
            Attribute.of("keepdims", 0));
    graph.output(next, OnnxType.INT64, "wanted");
    // The vectorised kernel: ReduceLogSumExp takes 13 times as long over a vocabulary.
    Value logprobs =
        graph.node(
            Op.LOG_SOFTMAX,
            "logprobs",
            List.of(logits),
            config.vocabSize(),
            Attribute.of("axis", 1));
    Value logprob = largest("logprob", logprobs);
    graph.output(logprob, OnnxType.FLOAT, "wanted");
    Value mass =
        graph.node(Op.SUB, "log_sum_exp", List.of(largest("top", logits), logprob), Value.UNKNOWN);
    graph.output(mass, OnnxType.FLOAT, "wanted");
  }

  /** The largest value of each row. */
  private Value largest(String node, Value rows) {
    return graph.node(
        Op.REDUCE_MAX,
        node,
        List.of(rows, graph.constant(node + ".axis", 1)),
        Value.UNKNOWN,
        Attribute.of("keepdims", 0));
  }

  /**
   * The same by TopK and LogSoftmax, which CUDA has kernels of its own for: reductions over the
   * vocabulary would need cuDNN there, a gigabyte of libraries that nothing else asks for.
   */
  private void likeliestBySorting(Value logits) {
    Value one = graph.constant("one", 1);
    graph.add(
        Op.TOP_K,
        "top",
        List.of(logits.name(), one.name()),
        List.of("top", "top.index"),
        Attribute.of("axis", 1));
    Value index = new Value(graph, "top.index", 1);
    Value flat = graph.constant("flat", -1);
    graph.output(index.reshape("next", flat, Value.UNKNOWN), OnnxType.INT64, "wanted");
    Value logprobs =
        graph.node(
            Op.LOG_SOFTMAX, "logprobs", List.of(logits), logits.width(), Attribute.of("axis", 1));
    Value logprob =
        graph
            .node(
                Op.GATHER_ELEMENTS,
                "top.logprob",
                List.of(logprobs, index),
                1,
                Attribute.of("axis", 1))
            .reshape("logprob", flat, Value.UNKNOWN);
    graph.output(logprob, OnnxType.FLOAT, "wanted");
    Value top = new Value(graph, "top", 1).reshape("top.flat", flat, Value.UNKNOWN);
    Value mass = graph.node(Op.SUB, "log_sum_exp", List.of(top, logprob), Value.UNKNOWN);
    graph.output(mass, OnnxType.FLOAT, "wanted");
  }

  /** The row lengths of a run, and the shape {@code [batch, seq, -1]} that flat rows go back to. */
  private record Rows(Value seqlens, Value total, Value shape) {

    /** The {@code [batch * seq, width]} values of {@code flat} as {@code [batch, seq, width]}. */
    Value unflatten(String node, Value flat) {
      return flat.reshape(node, shape, flat.width());
    }
  }
}
