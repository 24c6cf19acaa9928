package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.ort.VisionInput;
import io.github.qwenvlspark.runtime.preprocess.PixelValues;
import java.util.List;

/**
 * Pictures become the other stack's {@code pixel_values}. Equal hashes have no error; else values
 * that lie evenly among all are compared.
 */
record GoldenPixelsCheck(GoldenFile golden) implements Check {
  /** The two orders of normalising, of which stacks choose one, differ by up to 2.4e-7. */
  private static final double TOLERANCE = 1e-6;

  private static final int CELL_VALUES = 4 * PixelValues.PATCH_VALUES;

  @Override
  public String name() {
    return "golden pixels";
  }

  @Override
  public Measure take(Subject subject) {
    Tally tally = Tally.within(name(), TOLERANCE);
    for (GoldenCase testCase : golden.cases()) {
      List<VisionInput> inputs = testCase.prepare(subject).visuals();
      JsonNode wanted = testCase.golden("visuals");
      tally.equal(testCase.name() + ", number of pictures", inputs.size() == wanted.size());
      for (int i = 0; i < Math.min(inputs.size(), wanted.size()); i++) {
        tally.error(testCase.name(), error(inputs.get(i), wanted.path(i)));
      }
    }
    return tally.measure("pixel_values and grids of the other stack");
  }

  private static double error(VisionInput input, JsonNode wanted) {
    int[] grid = Shipped.ints(wanted.path("grid"));
    if (grid.length != 3
        || input.frames() != grid[0]
        || input.patches() != grid[0] * grid[1] * grid[2]
        || rows(input) != grid[1]) {
      return Double.NaN;
    }
    float[] values = inPictureOrder(input);
    if (Sha256.of(values).equals(wanted.path("sha256").asText())) {
      return 0;
    }
    JsonNode sample = wanted.path("sample");
    int stride = wanted.path("stride").asInt();
    double worst = sample.isEmpty() || stride < 1 ? Double.NaN : 0;
    for (int i = 0; i < sample.size() && (long) i * stride < values.length; i++) {
      worst = Math.max(worst, Math.abs(values[i * stride] - sample.path(i).asDouble()));
    }
    return worst;
  }

  private static int rows(VisionInput input) {
    float last = 0;
    for (int i = 0; i < input.rowColumn().length; i += 2) {
      last = Math.max(last, input.rowColumn()[i]);
    }
    return (int) last + 1;
  }

  /** Patches may be read window by window; the reference lists them block by block. */
  private static float[] inPictureOrder(VisionInput input) {
    return input
        .windows()
        .map(windows -> inPictureOrder(input.pixels(), windows.reverse()))
        .orElse(input.pixels());
  }

  private static float[] inPictureOrder(float[] pixels, long[] places) {
    float[] ordered = new float[pixels.length];
    for (int cell = 0; cell < places.length; cell++) {
      System.arraycopy(
          pixels, (int) places[cell] * CELL_VALUES, ordered, cell * CELL_VALUES, CELL_VALUES);
    }
    return ordered;
  }
}
