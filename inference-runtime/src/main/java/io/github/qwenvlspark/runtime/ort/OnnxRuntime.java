package io.github.qwenvlspark.runtime.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import java.util.List;
import java.util.Locale;

/**
 * The native library as it was found.
 *
 * @param version such as {@code 1.29.0}
 * @param providers what it was built to compute on, such as {@code cpu} and {@code cuda}
 */
public record OnnxRuntime(String version, List<String> providers) {
  public OnnxRuntime {
    providers = List.copyOf(providers);
  }

  /**
   * Starts ONNX Runtime so that it writes warnings to standard error, where nothing has started it
   * yet.
   */
  public static OnnxRuntime startLoud() {
    String version = OrtRuntime.loud().getVersion();
    List<String> providers =
        OrtEnvironment.getAvailableProviders().stream()
            .map(OrtProvider::name)
            .map(name -> name.toLowerCase(Locale.ROOT))
            .sorted()
            .toList();
    return new OnnxRuntime(version, providers);
  }

  /** Whether the library was built for NVIDIA devices; the machine may still lack what it needs. */
  public boolean hasCuda() {
    return providers.contains("cuda");
  }
}
