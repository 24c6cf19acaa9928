package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.position.MropePositions;
import io.github.qwenvlspark.runtime.position.VideoRule;
import io.github.qwenvlspark.runtime.position.VisualSpan;
import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** M-RoPE positions of prompts with pictures and clips, under each of the four rules. */
record PositionsCheck() implements Check {
  @Override
  public String name() {
    return "positions";
  }

  @Override
  public Measure take(Subject subject) {
    JsonNode golden = Shipped.json("positions.json.gz");
    List<Integer> pads =
        List.of(golden.path("image_pad").asInt(), golden.path("video_pad").asInt());
    Tally tally = Tally.exact(name());
    for (JsonNode testCase : golden.path("cases")) {
      for (VideoRule rule : VideoRule.values()) {
        String ruleName = rule.name().toLowerCase(Locale.ROOT);
        JsonNode expected = testCase.path("expected").path(ruleName);
        MropePositions actual =
            MropePositions.of(
                Shipped.ints(testCase.path("input_ids")),
                pads,
                spans(testCase.path("visuals")),
                testCase.path("tokens_per_second").asInt(),
                rule);
        tally.equal(
            "%s, rule %s".formatted(testCase.path("name").asText(), ruleName),
            numbers(actual),
            numbers(expected));
      }
    }
    return tally.measure("M-RoPE of prompts under all four rules");
  }

  private static List<VisualSpan> spans(JsonNode visuals) {
    List<VisualSpan> spans = new ArrayList<>();
    for (JsonNode visual : visuals) {
      spans.add(
          visual.has("image")
              ? new VisualSpan.Image(grid(visual.path("image")))
              : new VisualSpan.Video(
                  grid(visual.path("video")), visual.path("second_per_grid").asDouble()));
    }
    return spans;
  }

  private static ImageGrid grid(JsonNode thw) {
    return new ImageGrid(thw.path(0).asInt(), thw.path(1).asInt(), thw.path(2).asInt());
  }

  /** All positions, then the next one, then the delta. */
  private static int[] numbers(MropePositions positions) {
    float[] axes = positions.positions();
    int[] numbers = new int[axes.length + 2];
    for (int i = 0; i < axes.length; i++) {
      numbers[i] = (int) axes[i];
    }
    numbers[axes.length] = positions.next();
    numbers[axes.length + 1] = positions.ropeDelta();
    return numbers;
  }

  private static int[] numbers(JsonNode expected) {
    JsonNode axes = expected.path("positions");
    int length = axes.path(0).size();
    int[] numbers = new int[3 * length + 2];
    for (int i = 0; i < 3 * length; i++) {
      numbers[i] = axes.path(i % 3).path(i / 3).asInt();
    }
    numbers[3 * length] = expected.path("next").asInt();
    numbers[3 * length + 1] = expected.path("delta").asInt();
    return numbers;
  }
}
