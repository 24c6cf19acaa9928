package io.github.qwenvlspark.runtime.graph;

import java.util.List;

/** A weight of the checkpoint inside a graph: the graph's type where it is used. */
record Weight(String checkpointName, Value value, List<Long> shape) {
  long rows() {
    return shape.get(0);
  }

  long columns() {
    return shape.get(shape.size() - 1);
  }

  @Override
  public String toString() {
    return checkpointName + shape;
  }
}
