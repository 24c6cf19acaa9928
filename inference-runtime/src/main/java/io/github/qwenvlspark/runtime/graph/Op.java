package io.github.qwenvlspark.runtime.graph;

/**
 * The operators we use, with their domain: "" is ONNX (opset 20), the other one ONNX Runtime's own.
 */
enum Op {
  ADD("Add"),
  ARG_MAX("ArgMax"),
  CAST("Cast"),
  COS("Cos"),
  GATHER("Gather"),
  GATHER_ELEMENTS("GatherElements"),
  GELU("Gelu"),
  GEMM("Gemm"),
  GROUP_QUERY_ATTENTION("GroupQueryAttention", Domain.MICROSOFT),
  IDENTITY("Identity"),
  LAYER_NORMALIZATION("LayerNormalization"),
  LOG_SOFTMAX("LogSoftmax"),
  MAT_MUL("MatMul"),
  MAT_MUL_N_BITS("MatMulNBits", Domain.MICROSOFT),
  MUL("Mul"),
  MULTI_HEAD_ATTENTION("MultiHeadAttention", Domain.MICROSOFT),
  QUICK_GELU("QuickGelu", Domain.MICROSOFT),
  REDUCE_MAX("ReduceMax"),
  RESHAPE("Reshape"),
  ROTARY_EMBEDDING("RotaryEmbedding", Domain.MICROSOFT),
  SCATTER_ND("ScatterND"),
  /** RMS norm; lives in the ONNX domain although it is ONNX Runtime's. */
  SIMPLIFIED_LAYER_NORMALIZATION("SimplifiedLayerNormalization"),
  SIN("Sin"),
  SKIP_LAYER_NORMALIZATION("SkipLayerNormalization", Domain.MICROSOFT),
  SKIP_SIMPLIFIED_LAYER_NORMALIZATION("SkipSimplifiedLayerNormalization", Domain.MICROSOFT),
  SPLIT("Split"),
  SUB("Sub"),
  TOP_K("TopK");

  private final String type;
  private final String domain;

  Op(String type) {
    this(type, Domain.ONNX);
  }

  Op(String type, String domain) {
    this.type = type;
    this.domain = domain;
  }

  String type() {
    return type;
  }

  String domain() {
    return domain;
  }

  /** Names of the two operator sets. */
  static final class Domain {
    static final String ONNX = "";
    static final String MICROSOFT = "com.microsoft";

    private Domain() {}
  }
}
