package io.github.qwenvlspark.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.qwenvlspark.runtime.graph.ProductGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * A large float32 matrix product by ONNX Runtime: square, with its weights packed beforehand as
 * those of the model are. Confined to one thread.
 */
public final class ProductSession implements AutoCloseable {
  private final int side;
  private final LoadedGraph graph;
  private final OnnxTensor x;

  /** Matrices of {@code side x side}. */
  public ProductSession(int side, int threads) {
    this.side = side;
    OrtEnvironment environment = OrtRuntime.environment();
    this.graph =
        new LoadedGraph(ProductGraph.build(side), Placement.HOST, threads, LoadedGraph.Arena.KEEP);
    try {
      this.x = OnnxTensor.createTensor(environment, input(side), new long[] {side, side});
    } catch (OrtException e) {
      graph.close();
      throw OrtRuntime.failure("make a matrix", e);
    }
  }

  private static FloatBuffer input(int side) {
    FloatBuffer values =
        ByteBuffer.allocateDirect(side * side * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int i = 0; i < values.capacity(); i++) {
      values.put(i, (i % 211 - 105.5f) / 211);
    }
    return values;
  }

  /** Floating point operations of one run. */
  public double flops() {
    return 2.0 * side * side * side;
  }

  /** Multiplies once. */
  public void run() {
    try (OrtSession.Result result = graph.run(Map.of("x", x))) {
      if (result.size() != 1) {
        throw new IllegalStateException("One product was expected, not " + result.size());
      }
    } catch (OrtException e) {
      throw OrtRuntime.failure("multiply matrices of side " + side, e);
    }
  }

  @Override
  public void close() {
    x.close();
    graph.close();
  }
}
