package io.github.qwenvlspark.runtime.position;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MropePositionsGoldenTest {
  private static final int IMAGE_PAD = 151655;
  private static final int VIDEO_PAD = 151656;

  static Stream<Arguments> cases() throws IOException {
    List<Arguments> cases = new ArrayList<>();
    JsonNode file = new ObjectMapper().readTree(Fixtures.path("rope/rope_index.json").toFile());
    for (JsonNode testCase : file.path("cases")) {
      for (VideoRule rule : VideoRule.values()) {
        cases.add(Arguments.of(testCase.path("name").asText(), rule, testCase));
      }
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("cases")
  void positionsEqualTheReference(String name, VideoRule rule, JsonNode testCase) {
    JsonNode expected = expected(testCase.path("expected"), rule.name().toLowerCase(Locale.ROOT));
    int image = 0;
    int video = 0;
    for (int row = 0; row < testCase.path("input_ids").size(); row++) {
      JsonNode rowIds = testCase.path("input_ids").path(row);
      List<Integer> kept = keptPlaces(testCase.path("attention_mask").path(row));
      int[] ids = kept.stream().mapToInt(i -> rowIds.path(i).asInt()).toArray();
      List<VisualSpan> visuals = new ArrayList<>();
      for (int i = 0; i < ids.length; i++) {
        if (ids[i] == IMAGE_PAD) {
          VisualSpan span =
              new VisualSpan.Image(grid(testCase.path("image_grid_thw").path(image++)));
          visuals.add(span);
          i += span.grid().mergedTokens() - 1;
        } else if (ids[i] == VIDEO_PAD) {
          // The reference takes one second where no interval is given.
          double second = testCase.path("second_per_grid_ts").path(video).asDouble(1.0);
          VisualSpan span =
              new VisualSpan.Video(grid(testCase.path("video_grid_thw").path(video++)), second);
          visuals.add(span);
          i += span.grid().mergedTokens() - 1;
        }
      }
      MropePositions actual =
          MropePositions.of(
              ids,
              List.of(IMAGE_PAD, VIDEO_PAD),
              visuals,
              testCase.path("tokens_per_second").asInt(),
              rule);

      float[] wanted = new float[3 * ids.length];
      for (int i = 0; i < ids.length; i++) {
        for (int axis = 0; axis < 3; axis++) {
          wanted[3 * i + axis] =
              expected.path("position_ids").path(axis).path(row).path(kept.get(i)).asInt();
        }
      }
      assertThat(actual.positions()).containsExactly(wanted);
      assertThat(actual.ropeDelta()).isEqualTo(expected.path("rope_deltas").path(row).asInt());
      assertThat(actual.next()).isEqualTo(expected.path("next_positions").path(row).asInt());
    }
  }

  private static JsonNode expected(JsonNode byRule, String rule) {
    JsonNode expected = byRule.path(rule);
    return expected.isTextual() ? expected(byRule, expected.asText()) : expected;
  }

  private static List<Integer> keptPlaces(JsonNode mask) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < mask.size(); i++) {
      if (mask.path(i).asInt() == 1) {
        places.add(i);
      }
    }
    return places;
  }

  private static ImageGrid grid(JsonNode thw) {
    return new ImageGrid(thw.path(0).asInt(), thw.path(1).asInt(), thw.path(2).asInt());
  }
}
