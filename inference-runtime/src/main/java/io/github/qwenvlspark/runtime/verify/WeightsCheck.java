package io.github.qwenvlspark.runtime.verify;

import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.graph.DecoderGraph;
import io.github.qwenvlspark.runtime.graph.VisionGraph;

/** The configuration can be read, and every weight that it asks for is there in its shape. */
record WeightsCheck() implements Check {
  @Override
  public String name() {
    return "weights";
  }

  @Override
  public Measure take(Subject subject) {
    Checkpoint checkpoint = subject.checkpoint();
    VisionGraph.build(checkpoint);
    DecoderGraph.build(checkpoint);
    Tally tally = Tally.exact(name());
    checkpoint.weights().files().forEach(file -> tally.equal(file.toString(), true));
    return tally.measure(
        "%,d parameters, all in their shapes".formatted(checkpoint.weights().parameters()));
  }
}
