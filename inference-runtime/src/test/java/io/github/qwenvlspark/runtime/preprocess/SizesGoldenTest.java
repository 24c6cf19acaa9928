package io.github.qwenvlspark.runtime.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sizes of pictures, numbers of frames and budgets of clips: the reference decides. */
class SizesGoldenTest {
  private static final PixelLimits REFERENCE_IMAGE = new PixelLimits(4 * 28 * 28, 16384 * 28 * 28);

  static Stream<JsonNode> smartResize() {
    return GoldenJson.cases("sizes/smart_resize.json", "cases");
  }

  @ParameterizedTest
  @MethodSource("smartResize")
  void sizesEqualTheReference(JsonNode testCase) {
    Size size = new Size(testCase.path("height").asInt(), testCase.path("width").asInt());
    PixelLimits limits =
        new PixelLimits(
            testCase.path("min_pixels").asDouble(), testCase.path("max_pixels").asDouble());
    int factor = testCase.path("factor").asInt();
    JsonNode expected = testCase.path("qwen_vl_utils");
    if (expected.has("error") || GoldenJson.ints(expected).contains(0)) {
      assertThatThrownBy(() -> SmartResize.fit(size, limits, factor))
          .isInstanceOf(QwenVlException.class)
          .hasMessageContaining("%d x %d".formatted(size.width(), size.height()));
    } else {
      assertThat(SmartResize.fit(size, limits, factor))
          .isEqualTo(new Size(expected.path(0).asInt(), expected.path(1).asInt()));
    }
  }

  static Stream<JsonNode> frames() {
    return GoldenJson.cases("sizes/smart_nframes.json", "cases");
  }

  @ParameterizedTest
  @MethodSource("frames")
  void sampledFramesEqualTheReference(JsonNode testCase) {
    int total = testCase.path("total_frames").asInt();
    double fps = testCase.path("video_fps").asDouble();
    JsonNode ele = testCase.path("ele");
    if (testCase.has("error")) {
      // fps and nframes together cannot be said at all: they are two kinds of sampler.
      if (!(ele.has("fps") && ele.has("nframes"))) {
        assertThatThrownBy(() -> sampler(ele).choose(total, fps))
            .isInstanceOf(QwenVlException.class);
      }
      return;
    }
    int[] indices = sampler(ele).choose(total, fps);

    assertThat(indices).hasSize(testCase.path("nframes").asInt());
    assertThat(indices.length / Math.max(total, 1e-6) * fps)
        .isEqualTo(testCase.path("sample_fps").asDouble());
    List<Integer> actual = IntStream.of(indices).boxed().toList();
    if (testCase.has("indices")) {
      assertThat(actual).isEqualTo(GoldenJson.ints(testCase.path("indices")));
    } else {
      List<Integer> head = GoldenJson.ints(testCase.path("indices_head"));
      List<Integer> tail = GoldenJson.ints(testCase.path("indices_tail"));
      assertThat(actual).startsWith(head.toArray(Integer[]::new));
      assertThat(actual).endsWith(tail.toArray(Integer[]::new));
      assertThat(actual.stream().mapToLong(Integer::longValue).sum())
          .isEqualTo(testCase.path("indices_sum").asLong());
    }
  }

  private static FrameSampler sampler(JsonNode ele) {
    if (ele.has("nframes")) {
      return new FrameSampler.Count(ele.path("nframes").asInt());
    }
    return new FrameSampler.Rate(
        ele.path("fps").asDouble(2.0),
        ele.path("min_frames").asInt(4),
        ele.has("max_frames")
            ? OptionalInt.of(ele.path("max_frames").asInt())
            : OptionalInt.empty());
  }

  static Stream<JsonNode> budgets() {
    return GoldenJson.cases("sizes/video_budget.json", "cases");
  }

  @ParameterizedTest
  @MethodSource("budgets")
  void videoBudgetsEqualTheReference(JsonNode testCase) {
    JsonNode ele = testCase.path("ele");
    VideoBudget budget =
        new VideoBudget(
            ele.path("min_pixels").asDouble(VideoBudget.FRAME_MIN_PIXELS),
            ele.path("total_pixels").asDouble(VideoBudget.TOTAL_PIXELS));
    int frames = testCase.path("nframes").asInt();
    PixelLimits limits =
        ele.has("max_pixels")
            ? budget.limits(frames, ele.path("max_pixels").asDouble())
            : budget.limits(frames);
    boolean exact = ele.has("resized_height") && ele.has("resized_width");
    Size size =
        exact
            ? new Size(ele.path("resized_height").asInt(), ele.path("resized_width").asInt())
            : new Size(testCase.path("height").asInt(), testCase.path("width").asInt());

    assertThat(limits.maxPixels()).isEqualTo(testCase.path("max_pixels").asDouble());
    PixelLimits bounds = exact ? REFERENCE_IMAGE : limits;
    List<Integer> resized = GoldenJson.ints(testCase.path("resized"));
    if (resized.contains(0)) {
      // The reference computes a side of 0 and fails in the resize; we say so at once.
      assertThatThrownBy(() -> SmartResize.fit(size, bounds, SmartResize.FACTOR))
          .isInstanceOf(QwenVlException.class)
          .hasMessageContaining("side of 0");
    } else {
      assertThat(SmartResize.fit(size, bounds, SmartResize.FACTOR))
          .isEqualTo(new Size(resized.get(0), resized.get(1)));
    }
  }
}
