package io.github.qwenvlspark.runtime.graph;

import io.github.qwenvlspark.runtime.checkpoint.BlockFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * The matrix of a linear layer, {@code [rows, columns]} = {@code [out, in]} as stored, in one of
 * the forms that a graph can multiply with.
 */
sealed interface Matrix {
  String name();

  long rows();

  long columns();

  /** {@code x · Wᵀ} plus the bias, if there is one; {@code x} is {@code [n, columns]}. */
  default Value times(String node, Value x, List<Value> bias) {
    if (columns() != x.width()) {
      throw new IllegalArgumentException(
          "%s: %s [%d, %d] reads %d values, %s has %d"
              .formatted(node, name(), rows(), columns(), columns(), x.name(), x.width()));
    }
    return multiply(node, x, bias);
  }

  Value multiply(String node, Value x, List<Value> bias);

  /** Float32 where it is used, whatever is stored. */
  record Float32(Weight weight) implements Matrix {
    @Override
    public String name() {
      return weight.checkpointName();
    }

    @Override
    public long rows() {
      return weight.rows();
    }

    @Override
    public long columns() {
      return weight.columns();
    }

    @Override
    public Value multiply(String node, Value x, List<Value> bias) {
      List<Value> inputs = new ArrayList<>(List.of(x, weight.value()));
      inputs.addAll(bias);
      return x.graph().node(Op.GEMM, node, inputs, rows(), Attribute.of("transB", 1));
    }
  }

  /** Few bits, with a scale for each block of 32. */
  record Blocks(
      String name, long rows, long columns, BlockFormat format, Value values, Value scales)
      implements Matrix {
    /** Compute in integers; the levels below are several hundred times slower. */
    private static final int ACCURACY_LEVEL = 4;

    @Override
    public Value multiply(String node, Value x, List<Value> bias) {
      List<String> inputs = new ArrayList<>(List.of(x.name(), values.name(), scales.name()));
      if (!bias.isEmpty()) {
        inputs.addAll(List.of("", "", bias.get(0).name()));
      }
      x.graph()
          .add(
              Op.MAT_MUL_N_BITS,
              node,
              inputs,
              List.of(node),
              Attribute.of("K", columns),
              Attribute.of("N", rows),
              Attribute.of("bits", format.bits()),
              Attribute.of("block_size", BlockFormat.BLOCK),
              Attribute.of("accuracy_level", ACCURACY_LEVEL));
      return new Value(x.graph(), node, rows);
    }
  }
}
