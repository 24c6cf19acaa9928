package io.github.qwenvlspark.runtime.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.PictureRules;
import io.github.qwenvlspark.runtime.media.PictureRules.Exif;
import io.github.qwenvlspark.runtime.media.PictureRules.Transparency;
import io.github.qwenvlspark.runtime.media.PictureRules.WideGray;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.GoldenTensors;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The path of transformers with torchvision, bit for bit. */
class TorchvisionGoldenTest {
  private static final VisualPreprocessor PREPROCESSOR =
      new VisualPreprocessor(
          PreprocessorPath.TRANSFORMERS,
          new PixelLimits(3136, 12845056),
          new Normalization(
              new float[] {0.48145466f, 0.4578275f, 0.40821073f},
              new float[] {0.26862954f, 0.26130258f, 0.27577711f}));
  private static final PictureRules RULES =
      new PictureRules(Exif.IGNORED, WideGray.CLIPPED, Transparency.DROPPED);
  private static final GoldenTensors PIXEL_VALUES =
      new GoldenTensors("alternatives/torchvision.safetensors");

  static Stream<Arguments> pictures() {
    return GoldenJson.cases("alternatives/torchvision.json", "pictures")
        .map(golden -> Arguments.of(golden.path("file").asText(), golden));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pictures")
  void picturesEqualTheProcessorOfTransformers(String file, JsonNode golden) {
    String name = file.replaceFirst("\\.[a-z]+$", "");
    // Lossy files start from the reference's own decoding: a JDK may bring another library.
    RgbImage picture =
        golden.path("lossy").asBoolean()
            ? Pixels.image("images/decoded/" + name + ".png")
            : new ImageDecoder(MediaLimits.DEFAULT, RULES)
                .decode(Pixels.bytes("images/files/" + file));
    assertThat(Pixels.sha256(picture.rgb())).isEqualTo(golden.path("decoded_sha256").asText());
    if (golden.has("error")) {
      assertThatThrownBy(() -> PREPROCESSOR.image(picture, size(golden)))
          .isInstanceOf(QwenVlException.class);
      return;
    }

    PreparedVisual prepared = PREPROCESSOR.image(picture, size(golden));

    assertThat(GoldenJson.ints(golden.path("image_grid_thw")))
        .isEqualTo(numbers(prepared.pixels().grid()));
    assertThat(Pixels.sha256(TorchUint8Bicubic.resize(picture, prepared.resized()).rgb()))
        .isEqualTo(golden.path("resized_sha256").asText());
    assertThat(Pixels.sha256(prepared.pixels().values()))
        .isEqualTo(golden.path("pixel_values_sha256").asText());
    if (PIXEL_VALUES.has(name)) {
      assertThat(prepared.pixels().values()).containsExactly(PIXEL_VALUES.floats(name));
    }
  }

  static Stream<JsonNode> clips() {
    return GoldenJson.cases("alternatives/torchvision.json", "clips");
  }

  @ParameterizedTest
  @MethodSource("clips")
  void clipsEqualTheProcessorOfTransformers(JsonNode golden) {
    int height = golden.path("height").asInt();
    int width = golden.path("width").asInt();
    List<RgbImage> frames =
        IntStream.range(0, golden.path("frames").asInt())
            .mapToObj(frame -> pattern(height, width, frame))
            .toList();

    PreparedVisual prepared = PREPROCESSOR.video(frames, size(golden));

    assertThat(GoldenJson.ints(golden.path("video_grid_thw")))
        .isEqualTo(numbers(prepared.pixels().grid()));
    assertThat(Pixels.sha256(prepared.pixels().values()))
        .isEqualTo(golden.path("pixel_values_sha256").asText());
  }

  static Stream<JsonNode> resizes() {
    return GoldenJson.cases("alternatives/resizes.json", "cases");
  }

  @ParameterizedTest
  @MethodSource("resizes")
  void anyResizeEqualsPyTorch(JsonNode golden) {
    RgbImage picture =
        pattern(
            golden.path("from").path(0).asInt(),
            golden.path("from").path(1).asInt(),
            golden.path("seed").asInt());
    Size to = new Size(golden.path("to").path(0).asInt(), golden.path("to").path(1).asInt());

    assertThat(Pixels.sha256(TorchUint8Bicubic.resize(picture, to).rgb()))
        .isEqualTo(golden.path("sha256").asText());
  }

  static Stream<JsonNode> sizes() {
    return GoldenJson.cases("sizes/smart_resize.json", "cases");
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void sizesEqualThoseOfTransformers(JsonNode testCase) {
    Size size = new Size(testCase.path("height").asInt(), testCase.path("width").asInt());
    PixelLimits limits =
        new PixelLimits(
            testCase.path("min_pixels").asDouble(), testCase.path("max_pixels").asDouble());
    int factor = testCase.path("factor").asInt();
    JsonNode expected = testCase.path("hf");
    if (expected.has("error") || GoldenJson.ints(expected).contains(0)) {
      assertThatThrownBy(() -> SmartResize.fitAsTransformers(size, limits, factor))
          .isInstanceOf(QwenVlException.class);
    } else {
      assertThat(SmartResize.fitAsTransformers(size, limits, factor))
          .isEqualTo(new Size(expected.path(0).asInt(), expected.path(1).asInt()));
    }
  }

  static Stream<JsonNode> samplings() {
    return Stream.concat(
        GoldenJson.cases("videos/hf_sampling.json", "cases"),
        GoldenJson.cases("alternatives/sampling.json", "cases"));
  }

  @ParameterizedTest
  @MethodSource("samplings")
  void framesAreChosenAsByTransformers(JsonNode golden) {
    int total = golden.path("total_num_frames").asInt();
    double fps = golden.path("fps").asDouble();
    FrameSampler sampler = sampler(golden.path("options")).on(PreprocessorPath.TRANSFORMERS);

    if (golden.has("error")) {
      assertThatThrownBy(() -> sampler.choose(total, fps)).isInstanceOf(QwenVlException.class);
      return;
    }
    List<Integer> chosen = Arrays.stream(sampler.choose(total, fps)).boxed().toList();
    if (golden.has("indices")) {
      assertThat(chosen).isEqualTo(inside(golden.path("indices"), total));
    } else {
      List<Integer> tail = inside(golden.path("indices_tail"), total);
      int beyond = golden.path("indices_tail").size() - tail.size();
      assertThat(chosen)
          .hasSize(golden.path("count").asInt() - beyond)
          .startsWith(GoldenJson.ints(golden.path("indices_head")).toArray(Integer[]::new))
          .endsWith(tail.toArray(Integer[]::new));
      assertThat(chosen.stream().mapToInt(i -> i).sum() + beyond * total)
          .isEqualTo(golden.path("indices_sum").asInt());
    }
  }

  /** The reference may name the frame behind the last one, which there is not. */
  private static List<Integer> inside(JsonNode indices, int total) {
    return GoldenJson.ints(indices).stream().filter(index -> index < total).toList();
  }

  private static FrameSampler sampler(JsonNode options) {
    if (options.has("num_frames")) {
      return new FrameSampler.Count(options.path("num_frames").asInt());
    }
    return new FrameSampler.Rate(
        options.path("fps").asDouble(),
        options.path("min_frames").asInt(4),
        optional(options.path("max_frames")));
  }

  /** The picture that the goldens were made from, see make_goldens.py. */
  private static RgbImage pattern(int height, int width, int seed) {
    byte[] rgb = new byte[height * width * 3];
    int out = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          rgb[out++] =
              (byte) (y * y * 31 + x * 17 * (c + 1) + y * x * 7 + (y ^ x) * (c + 3) + seed * 13);
        }
      }
    }
    return new RgbImage(height, width, rgb);
  }

  private static List<Integer> numbers(ImageGrid grid) {
    return List.of(grid.t(), grid.h(), grid.w());
  }

  private static VisualSize size(JsonNode golden) {
    return new VisualSize(
        optional(golden.path("min_pixels")), optional(golden.path("max_pixels")), Optional.empty());
  }

  private static OptionalInt optional(JsonNode number) {
    return number.isInt() ? OptionalInt.of(number.asInt()) : OptionalInt.empty();
  }
}
