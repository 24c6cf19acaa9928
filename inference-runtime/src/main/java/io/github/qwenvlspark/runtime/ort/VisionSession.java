package io.github.qwenvlspark.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.graph.OnnxModel;
import java.nio.FloatBuffer;

/** The vision tower, loaded. Confined to the engine's worker thread. */
public final class VisionSession implements AutoCloseable {
  private final OrtEnvironment environment;
  private final LoadedGraph graph;

  public VisionSession(OnnxModel model, Device device, int threads) {
    this.environment = OrtRuntime.environment();
    this.graph = new LoadedGraph(model, new Placement(device), threads, LoadedGraph.Arena.SHRINK);
  }

  /** Embeddings {@code [patches / 4, outHidden]} in picture order. */
  public float[] encode(VisionInput input) {
    int patches = input.patches();
    try (Tensors inputs = tensors(input);
        OrtSession.Result result = graph.runAndShrink(inputs.byName())) {
      FloatBuffer embeds = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[embeds.remaining()];
      embeds.get(values);
      return values;
    } catch (OrtException e) {
      throw OrtRuntime.failure("encode a picture of %d patches".formatted(patches), e);
    }
  }

  private Tensors tensors(VisionInput input) throws OrtException {
    int patches = input.patches();
    Tensors tensors = new Tensors(environment);
    try {
      tensors
          .put("pixels", input.pixels(), patches, input.pixels().length / patches)
          .put("pos", input.rowColumn(), 1, patches, 2)
          .put("frame_shape", new long[] {input.frames(), patches / input.frames(), -1}, 3);
      if (input.windows().isPresent()) {
        put(tensors, input.windows().get(), patches);
      }
      return tensors;
    } catch (OrtException | RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  private static void put(Tensors tensors, VisionInput.Windows rows, int patches)
      throws OrtException {
    int windows = rows.lengths().length;
    tensors
        .put("win_gather", rows.gather(), windows, rows.gather().length / windows)
        .put("win_back", rows.back(), patches)
        .put("win_len", rows.lengths(), windows)
        .put("reverse", rows.reverse(), patches / 4);
  }

  @Override
  public void close() {
    graph.close();
  }
}
