package io.github.qwenvlspark.runtime.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.media.Clip;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.media.TimeSpan;
import io.github.qwenvlspark.runtime.media.VideoReader;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.GoldenTensors;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clips to frames, frames to the resized clip, resized clip to {@code pixel_values_videos}. */
class VideosGoldenTest {
  private static final GoldenTensors TENSORS = new GoldenTensors("videos/videos.safetensors");
  private static final VisualPreprocessor PREPROCESSOR =
      new VisualPreprocessor(
          new PixelLimits(3136, 12845056),
          new Normalization(
              new float[] {0.48145466f, 0.4578275f, 0.40821073f},
              new float[] {0.26862954f, 0.26130258f, 0.27577711f}));

  static Stream<Arguments> clips() {
    Map<String, Integer> numbers = new HashMap<>();
    return GoldenJson.cases("videos/videos.json", "cases")
        .map(
            clip -> {
              String file = clip.path("file").asText();
              String tensor = file + "." + (numbers.merge(file, 1, Integer::sum) - 1);
              return Arguments.of(tensor, clip);
            });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("clips")
  void framesAndPixelsEqualTheReference(String tensor, JsonNode golden) {
    JsonNode ele = golden.path("ele");
    int[] indices =
        GoldenJson.ints(golden.path("frame_indices")).stream().mapToInt(i -> i).toArray();
    TimeSpan span =
        ele.has("video_start")
            ? new TimeSpan(ele.path("video_start").asDouble(), ele.path("video_end").asDouble())
            : TimeSpan.WHOLE;

    Clip clip =
        VideoReader.read(
            Pixels.bytes("videos/files/" + golden.path("file").asText()),
            span,
            sampler(ele),
            MediaLimits.DEFAULT);

    assertThat(clip.fps()).isEqualTo(golden.path("video_fps").asDouble());
    if (span.equals(TimeSpan.WHOLE)) {
      assertThat(clip.totalFrames()).isEqualTo(golden.path("total_frames").asInt());
      assertThat(sampler(ele).choose(clip.totalFrames(), clip.fps())).containsExactly(indices);
    }
    assertThat(clip.sampleFps()).isEqualTo(golden.path("sample_fps").asDouble());
    assertThat(2 / clip.sampleFps())
        .isCloseTo(golden.path("second_per_grid_t").asDouble(), Offset.offset(1e-12));
    assertThat(Pixels.sha256(join(clip.frames())))
        .as("frames equal those of PyAV byte for byte")
        .isEqualTo(golden.path("frames_sha256").asText());

    PreparedVisual prepared = PREPROCESSOR.video(clip.frames(), size(ele));
    List<Integer> resized = GoldenJson.ints(golden.path("resized"));
    assertThat(prepared.resized()).isEqualTo(new Size(resized.get(0), resized.get(1)));
    ImageGrid grid = prepared.pixels().grid();
    assertThat(GoldenJson.ints(golden.path("video_grid_thw")))
        .containsExactly(grid.t(), grid.h(), grid.w());
    // The resized frames of one case are large, and only their number and size are kept.
    boolean stored = TENSORS.has(tensor + ".resized");
    assertThat(stored).isEqualTo(!tensor.equals("h264.mp4.0"));
    if (stored) {
      assertResizedEqual(clip.frames(), prepared.resized(), TENSORS.uint8(tensor + ".resized"));
    }
    if (TENSORS.has(tensor + ".pixel_values_videos")) {
      // One level is 0.0146 after normalisation; the resize may be off by one on 0.1 % of values.
      assertShareDiffering(
          prepared.pixels().values(), TENSORS.floats(tensor + ".pixel_values_videos"), 0.02f);
    }
  }

  /** Golden frames are {@code [n, 3, height, width]}. */
  private static void assertResizedEqual(List<RgbImage> frames, Size size, byte[] golden) {
    int differing = 0;
    int at = 0;
    for (RgbImage frame : frames) {
      byte[] rgb = TorchBicubic.resize(frame, size).rgb();
      for (int channel = 0; channel < 3; channel++) {
        for (int i = channel; i < rgb.length; i += 3) {
          int difference = Math.abs((rgb[i] & 0xff) - (golden[at++] & 0xff));
          assertThat(difference).isLessThanOrEqualTo(1);
          differing += difference;
        }
      }
    }
    assertThat((double) differing / golden.length).isLessThanOrEqualTo(0.001);
  }

  private static void assertShareDiffering(float[] actual, float[] golden, float most) {
    assertThat(actual).hasSameSizeAs(golden);
    int differing = 0;
    for (int i = 0; i < actual.length; i++) {
      float difference = Math.abs(actual[i] - golden[i]);
      assertThat(difference).isLessThanOrEqualTo(most);
      differing += difference > 1e-6f ? 1 : 0;
    }
    assertThat((double) differing / golden.length).isLessThanOrEqualTo(0.001);
  }

  private static byte[] join(List<RgbImage> frames) {
    int size = frames.get(0).rgb().length;
    byte[] all = new byte[frames.size() * size];
    for (int i = 0; i < frames.size(); i++) {
      System.arraycopy(frames.get(i).rgb(), 0, all, i * size, size);
    }
    return all;
  }

  private static FrameSampler sampler(JsonNode ele) {
    if (ele.has("nframes")) {
      return new FrameSampler.Count(ele.path("nframes").asInt());
    }
    return new FrameSampler.Rate(
        ele.path("fps").asDouble(2.0),
        ele.path("min_frames").asInt(4),
        optional(ele.path("max_frames")));
  }

  private static VisualSize size(JsonNode ele) {
    Optional<Size> exact =
        ele.has("resized_height")
            ? Optional.of(
                new Size(ele.path("resized_height").asInt(), ele.path("resized_width").asInt()))
            : Optional.empty();
    List<OptionalInt> limits = new ArrayList<>();
    for (String key : Arrays.asList("min_pixels", "max_pixels")) {
      limits.add(optional(ele.path(key)));
    }
    return new VisualSize(limits.get(0), limits.get(1), optional(ele.path("total_pixels")), exact);
  }

  private static OptionalInt optional(JsonNode number) {
    return number.isInt() ? OptionalInt.of(number.asInt()) : OptionalInt.empty();
  }
}
