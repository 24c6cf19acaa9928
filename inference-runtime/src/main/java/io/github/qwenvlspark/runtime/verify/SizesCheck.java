package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.preprocess.FrameSampler;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.SmartResize;
import io.github.qwenvlspark.runtime.preprocess.VideoBudget;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Sizes of pictures, chosen frames of clips and pixel budgets of clips, in pixels and frames. What
 * the reference refuses, or resizes to nothing, must be refused.
 */
record SizesCheck() implements Check {
  private static final int[] REFUSED = {};
  private static final PixelLimits REFERENCE_IMAGE = new PixelLimits(4 * 28 * 28, 16384 * 28 * 28);

  @Override
  public String name() {
    return "sizes";
  }

  @Override
  public Measure take(Subject subject) {
    JsonNode golden = Shipped.json("sizes.json.gz");
    Tally tally = Tally.exact(name());
    for (JsonNode testCase : golden.path("smart_resize")) {
      Size size = new Size(testCase.path("height").asInt(), testCase.path("width").asInt());
      PixelLimits limits =
          new PixelLimits(
              testCase.path("min_pixels").asDouble(), testCase.path("max_pixels").asDouble());
      tally.equal(
          "smart_resize of %s within %s".formatted(size, limits),
          fit(size, limits, testCase.path("factor").asInt()),
          wanted(testCase.path("qwen_vl_utils")));
    }
    golden.path("frames").forEach(testCase -> frames(testCase, tally));
    golden.path("budgets").forEach(testCase -> budget(testCase, tally));
    return tally.measure("smart_resize, frames and budgets of clips");
  }

  private static int[] fit(Size size, PixelLimits limits, int factor) {
    try {
      Size fitted = SmartResize.fit(size, limits, factor);
      return new int[] {fitted.height(), fitted.width()};
    } catch (QwenVlException e) {
      return REFUSED;
    }
  }

  private static int[] wanted(JsonNode size) {
    int[] sides = Shipped.ints(size);
    return Arrays.stream(sides).anyMatch(side -> side == 0) || size.has("error") ? REFUSED : sides;
  }

  private static void frames(JsonNode testCase, Tally tally) {
    JsonNode ele = testCase.path("ele");
    String what =
        "frames of %d at %s a second with %s"
            .formatted(
                testCase.path("total_frames").asInt(), testCase.path("video_fps").asText(), ele);
    if (ele.has("fps") && ele.has("nframes")) {
      // Cannot be said here at all: they are two kinds of sampler. The reference refuses it.
      tally.equal(what, testCase.has("error"));
      return;
    }
    int[] chosen;
    try {
      chosen =
          sampler(ele)
              .choose(testCase.path("total_frames").asInt(), testCase.path("video_fps").asDouble());
    } catch (QwenVlException e) {
      tally.equal(what, testCase.has("error"));
      return;
    }
    if (testCase.has("indices")) {
      tally.equal(what, chosen, Shipped.ints(testCase.path("indices")));
    } else {
      int[] head = Shipped.ints(testCase.path("indices_head"));
      int[] tail = Shipped.ints(testCase.path("indices_tail"));
      tally.equal(
          what,
          chosen.length == testCase.path("nframes").asInt()
              && Arrays.equals(Arrays.copyOf(chosen, head.length), head)
              && Arrays.equals(
                  Arrays.copyOfRange(chosen, chosen.length - tail.length, chosen.length), tail)
              && IntStream.of(chosen).asLongStream().sum()
                  == testCase.path("indices_sum").asLong());
    }
  }

  static FrameSampler sampler(JsonNode ele) {
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

  private static void budget(JsonNode testCase, Tally tally) {
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
    String what = "budget of %d frames of %s with %s".formatted(frames, size, ele);
    tally.equal(
        what,
        limits.maxPixels() == testCase.path("max_pixels").asDouble()
            && Arrays.equals(
                fit(size, exact ? REFERENCE_IMAGE : limits, SmartResize.FACTOR),
                wanted(testCase.path("resized"))));
  }
}
