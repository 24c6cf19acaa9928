package io.github.qwenvlspark.runtime.position;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VisionWindowsGoldenTest {
  private static final int PATCH = 14;

  static Stream<JsonNode> cases() throws IOException {
    JsonNode file = new ObjectMapper().readTree(Fixtures.path("rope/window_index.json").toFile());
    return StreamSupport.stream((file.isArray() ? file : file.path("cases")).spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void windowsEqualTheReference(JsonNode testCase) {
    List<Integer> index = new ArrayList<>();
    List<Integer> cumulated = new ArrayList<>(List.of(0));
    List<Integer> frames = new ArrayList<>(List.of(0));
    List<List<Integer>> rowColumn = new ArrayList<>();
    for (JsonNode thw : testCase.path("grid_thw")) {
      ImageGrid grid = new ImageGrid(thw.path(0).asInt(), thw.path(1).asInt(), thw.path(2).asInt());
      VisionWindows windows = new VisionWindows(grid, testCase.path("window_size").asInt(), PATCH);
      int offset = index.size();
      Arrays.stream(windows.windowIndex()).forEach(cell -> index.add(offset + cell));
      Arrays.stream(windows.lengths())
          .forEach(length -> cumulated.add(cumulated.get(cumulated.size() - 1) + length));
      // What attends fully: one of t equal parts of the patches, as the graph cuts them.
      for (int length : VisionWindows.wholeFrames(grid).lengths()) {
        assertThat(length).isEqualTo(grid.patches() / grid.t());
        frames.add(frames.get(frames.size() - 1) + length);
      }
      rowColumn.addAll(inCellOrder(windows));
    }

    assertThat(index).isEqualTo(ints(testCase.path("window_index")));
    assertThat(cumulated).isEqualTo(ints(testCase.path("cu_window_seqlens")));
    assertThat(frames).isEqualTo(ints(testCase.path("cu_seqlens")));
    if (testCase.has("position_ids_hw")) {
      List<List<Integer>> expected = new ArrayList<>();
      testCase.path("position_ids_hw").forEach(pair -> expected.add(ints(pair)));
      assertThat(rowColumn).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gatherAndBackAreInverse(JsonNode testCase) {
    JsonNode thw = testCase.path("grid_thw").path(0);
    ImageGrid grid = new ImageGrid(thw.path(0).asInt(), thw.path(1).asInt(), thw.path(2).asInt());
    VisionWindows windows = new VisionWindows(grid, testCase.path("window_size").asInt(), PATCH);

    long[] gather = windows.gather();
    long[] back = windows.back();

    assertThat(IntStream.range(0, grid.patches()).mapToLong(i -> gather[(int) back[i]]))
        .containsExactlyElementsOf(
            IntStream.range(0, grid.patches()).mapToObj(Long::valueOf).toList());
  }

  private static List<List<Integer>> inCellOrder(VisionWindows windows) {
    float[] positions = windows.rowColumn();
    List<List<Integer>> ordered = new ArrayList<>();
    for (long place : windows.reverse()) {
      for (int patch = 0; patch < 4; patch++) {
        int i = 2 * (4 * (int) place + patch);
        ordered.add(List.of((int) positions[i], (int) positions[i + 1]));
      }
    }
    return ordered;
  }

  private static List<Integer> ints(JsonNode node) {
    List<Integer> values = new ArrayList<>();
    node.forEach(value -> values.add(value.asInt()));
    return values;
  }
}
