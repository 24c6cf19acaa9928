package io.github.qwenvlspark.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;

/**
 * {@code preprocessor_config.json}: pixel bounds and normalisation. Without the file the
 * reference's own defaults hold.
 */
public final class PreprocessorConfig {
  private static final float[] CLIP_MEAN = {0.48145466f, 0.4578275f, 0.40821073f};
  private static final float[] CLIP_STD = {0.26862954f, 0.26130258f, 0.27577711f};

  /** Steps and sizes that another value of would change pixels in ways that we do not have. */
  private static final Map<String, Double> FIXED =
      Map.of(
          "do_resize", 1.0,
          "do_rescale", 1.0,
          "do_normalize", 1.0,
          "rescale_factor", 1 / 255.0,
          "resample", 3.0,
          "patch_size", 14.0,
          "temporal_patch_size", 2.0,
          "merge_size", 2.0);

  private final int minPixels;
  private final int maxPixels;
  private final float[] mean;
  private final float[] std;

  private PreprocessorConfig(int minPixels, int maxPixels, float[] mean, float[] std) {
    this.minPixels = minPixels;
    this.maxPixels = maxPixels;
    this.mean = mean;
    this.std = std;
  }

  static PreprocessorConfig read(Path file) {
    JsonFile json = JsonFile.readIfPresent(file);
    JsonFile size = json.child("size");
    int min = json.intOr("min_pixels", size.intOr("shortest_edge", 4 * 28 * 28));
    int max = json.intOr("max_pixels", size.intOr("longest_edge", 16384 * 28 * 28));
    if (min < 1 || max < min) {
      throw CheckpointProblem.in(
          file, "min_pixels %d and max_pixels %d are no range".formatted(min, max));
    }
    FIXED.forEach((key, value) -> requireFixed(json, key, value));
    return new PreprocessorConfig(
        min,
        max,
        three(file, json, "image_mean", CLIP_MEAN),
        three(file, json, "image_std", CLIP_STD));
  }

  /** A flag counts as 1 where it is set. */
  private static void requireFixed(JsonFile json, String key, double wanted) {
    JsonNode value = json.root().path(key);
    double number = value.isBoolean() ? (value.asBoolean() ? 1 : 0) : value.asDouble(Double.NaN);
    if (json.has(key) && !(Math.abs(number - wanted) < 1e-9)) {
      throw CheckpointProblem.in(
          json.file(), "%s = %s would change pixels and is not supported".formatted(key, value));
    }
  }

  private static float[] three(Path file, JsonFile json, String key, float[] fallback) {
    if (!json.has(key)) {
      return fallback;
    }
    float[] values = json.floats(key);
    if (values.length != 3) {
      throw CheckpointProblem.in(file, key + " must have one number for each of red, green, blue");
    }
    return values;
  }

  public int minPixels() {
    return minPixels;
  }

  public int maxPixels() {
    return maxPixels;
  }

  /** Mean of red, green, blue on a scale of 0 to 1. */
  public float[] mean() {
    return mean.clone();
  }

  /** Standard deviation of red, green, blue on a scale of 0 to 1. */
  public float[] std() {
    return std.clone();
  }
}
