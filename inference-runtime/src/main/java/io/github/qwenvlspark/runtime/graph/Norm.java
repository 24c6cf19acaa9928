package io.github.qwenvlspark.runtime.graph;

import java.util.List;

/** A normalisation over the last dimension, with its weights. */
sealed interface Norm {
  double epsilon();

  /** Scale, and shift where there is one. */
  List<String> weights();

  /** The operator for one input. */
  Op op();

  /** The operator that adds two inputs first. */
  Op skipOp();

  /** Source: {@code Qwen2RMSNorm}. */
  record Rms(Weight gamma, double epsilon) implements Norm {
    @Override
    public List<String> weights() {
      return List.of(gamma.value().name());
    }

    @Override
    public Op op() {
      return Op.SIMPLIFIED_LAYER_NORMALIZATION;
    }

    @Override
    public Op skipOp() {
      return Op.SKIP_SIMPLIFIED_LAYER_NORMALIZATION;
    }
  }

  /** Source: {@code torch.nn.LayerNorm}. */
  record Layer(Weight gamma, Weight beta, double epsilon) implements Norm {
    @Override
    public List<String> weights() {
      return List.of(gamma.value().name(), beta.value().name());
    }

    @Override
    public Op op() {
      return Op.LAYER_NORMALIZATION;
    }

    @Override
    public Op skipOp() {
      return Op.SKIP_LAYER_NORMALIZATION;
    }
  }
}
