package io.github.qwenvlspark.runtime.checkpoint;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The two vision towers that a checkpoint of this family may have; the text decoder is the same.
 */
public enum VisionFamily {
  /** Layer norms, a quick-GELU MLP, attention over whole frames; frame pairs are numbered. */
  QWEN2_VL("qwen2_vl", "Qwen2-VL", "Qwen2VL"),
  /** RMS norms, a SwiGLU MLP, attention mostly in windows; time is counted in seconds. */
  QWEN2_5_VL("qwen2_5_vl", "Qwen2.5-VL", "Qwen2_5_VL");

  private final String modelType;
  private final String label;
  private final String classPrefix;

  VisionFamily(String modelType, String label, String classPrefix) {
    this.modelType = modelType;
    this.label = label;
    this.classPrefix = classPrefix;
  }

  /** {@code model_type} in {@code config.json}. */
  public String modelType() {
    return modelType;
  }

  /** The name that people use. */
  public String label() {
    return label;
  }

  /** How the names of the reference's classes begin. */
  String classPrefix() {
    return classPrefix;
  }

  static Optional<VisionFamily> of(String modelType) {
    return Arrays.stream(values()).filter(family -> family.modelType.equals(modelType)).findFirst();
  }

  /** What {@code model_type} may say, for complaints. */
  static String known() {
    return Arrays.stream(values())
        .map(family -> "\"%s\" (%s and its fine-tunes)".formatted(family.modelType, family.label))
        .collect(Collectors.joining(" and "));
  }
}
