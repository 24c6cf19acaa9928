package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.position.VisionWindows;
import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import java.util.stream.IntStream;

/** The order in which the vision tower walks over patches, and where its windows end. */
record WindowsCheck() implements Check {
  private static final int PATCH = 14;

  @Override
  public String name() {
    return "windows";
  }

  @Override
  public Measure take(Subject subject) {
    Tally tally = Tally.exact(name());
    for (JsonNode testCase : Shipped.json("windows.json.gz").path("cases")) {
      IntStream.Builder index = IntStream.builder();
      IntStream.Builder ends = IntStream.builder().add(0);
      int cells = 0;
      int end = 0;
      for (JsonNode thw : testCase.path("grid_thw")) {
        int[] sides = Shipped.ints(thw);
        VisionWindows windows =
            new VisionWindows(
                new ImageGrid(sides[0], sides[1], sides[2]),
                testCase.path("window_size").asInt(),
                PATCH);
        for (int cell : windows.windowIndex()) {
          index.add(cells + cell);
        }
        cells += windows.windowIndex().length;
        for (int length : windows.lengths()) {
          end += length;
          ends.add(end);
        }
      }
      String grids = "grids " + testCase.path("grid_thw");
      tally.equal(grids, index.build().toArray(), Shipped.ints(testCase.path("window_index")));
      tally.equal(grids, ends.build().toArray(), Shipped.ints(testCase.path("cu_window_seqlens")));
    }
    return tally.measure("window order and borders of grids");
  }
}
