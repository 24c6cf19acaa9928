package io.github.qwenvlspark.runtime.graph;

import io.github.qwenvlspark.runtime.checkpoint.TensorLocation;
import java.nio.file.Path;
import java.util.List;

/**
 * A serialized graph and where its weights lie.
 *
 * @param weightFolder the real folder that ONNX Runtime reads weights from; empty without weights
 * @param elsewhere weights in other folders, which it must be handed
 */
public record OnnxModel(byte[] proto, Path weightFolder, List<TensorLocation> elsewhere) {
  public OnnxModel {
    elsewhere = List.copyOf(elsewhere);
  }
}
