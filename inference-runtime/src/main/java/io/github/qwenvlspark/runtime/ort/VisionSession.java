package io.github.qwenvlspark.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.qwenvlspark.runtime.graph.OnnxModel;
import java.nio.FloatBuffer;

/** The vision tower, loaded. Confined to the engine's worker thread. */
public final class VisionSession implements AutoCloseable {
  private final OrtEnvironment environment;
  private final LoadedGraph graph;

  public VisionSession(OnnxModel model, int threads) {
    this.environment = OrtRuntime.environment(threads);
    this.graph = new LoadedGraph(model, threads, LoadedGraph.Arena.RELEASE);
  }

  /** Embeddings {@code [patches / 4, outHidden]} in picture order. */
  public float[] encode(VisionInput input) {
    int patches = input.patches();
    int windows = input.windowLengths().length;
    try (Tensors inputs =
            new Tensors(environment)
                .put("pixels", input.pixels(), patches, input.pixels().length / patches)
                .put("pos", input.rowColumn(), 1, patches, 2)
                .put(
                    "win_gather",
                    input.windowGather(),
                    windows,
                    input.windowGather().length / windows)
                .put("win_back", input.windowBack(), patches)
                .put("win_len", input.windowLengths(), windows)
                .put("reverse", input.reverse(), patches / 4)
                .put("frames", new long[] {input.frames()}, 1);
        OrtSession.Result result = graph.run(inputs.byName())) {
      FloatBuffer embeds = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[embeds.remaining()];
      embeds.get(values);
      return values;
    } catch (OrtException e) {
      throw OrtRuntime.failure("encode a picture of %d patches".formatted(patches), e);
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
