package io.github.qwenvlspark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.PreprocessorConfig;
import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import io.github.qwenvlspark.runtime.preprocess.Normalization;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.PixelValues;
import io.github.qwenvlspark.runtime.preprocess.VisualPreprocessor;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import io.github.qwenvlspark.runtime.testing.Pixels;
import io.github.qwenvlspark.runtime.testing.TinyPrompts;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pixel values and grids of the prompts that the tiny models are asked, to the last bit. */
class TinyInputsGoldenTest {
  private static final List<String> MODELS = List.of("tiny-model-f32", "tiny-model-bf16");

  static Stream<Arguments> prompts() {
    return MODELS.stream()
        .flatMap(
            model ->
                TinyPrompts.all().stream()
                    .map(prompt -> Arguments.of(model, prompt.path("name").asText(), prompt)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("prompts")
  void pixelValuesAndGridsEqualTheReference(String model, String name, JsonNode prompt) {
    PreprocessorConfig config = Checkpoint.open(Fixtures.path(model)).preprocessor();
    VisualPreprocessor preprocessor =
        new VisualPreprocessor(
            new PixelLimits(config.minPixels(), config.maxPixels()),
            new Normalization(config.mean(), config.std()));
    List<PixelValues> pictures = new ArrayList<>();
    List<PixelValues> clips = new ArrayList<>();
    List<Double> secondsPerGrid = new ArrayList<>();
    for (Message message : TinyPrompts.request(prompt, 1, 1).messages()) {
      for (Part part : message.content()) {
        if (part instanceof Part.Image image) {
          pictures.add(preprocessor.image(image.pixels(), image.size()).pixels());
        } else if (part instanceof Part.Video video) {
          clips.add(preprocessor.video(video.frames(), video.size()).pixels());
          secondsPerGrid.add(2 / video.sampleFps());
        }
      }
    }

    assertThat(sha256(pictures)).isEqualTo(prompt.path("pixel_values_sha256").asText());
    assertThat(sha256(clips)).isEqualTo(prompt.path("pixel_values_videos_sha256").asText());
    assertThat(grids(pictures)).isEqualTo(prompt.path("image_grid_thw").toString());
    assertThat(grids(clips)).isEqualTo(prompt.path("video_grid_thw").toString());
    assertThat(secondsPerGrid.toString().replace(" ", ""))
        .isEqualTo(prompt.path("second_per_grid_ts").toString());
  }

  /** The rows of all of them, one after the other; empty where there are none. */
  private static String sha256(List<PixelValues> visuals) {
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    for (PixelValues visual : visuals) {
      ByteBuffer bytes =
          ByteBuffer.allocate(visual.values().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(visual.values());
      rows.writeBytes(bytes.array());
    }
    return visuals.isEmpty() ? "" : Pixels.sha256(rows.toByteArray());
  }

  private static String grids(List<PixelValues> visuals) {
    return visuals.stream()
        .map(PixelValues::grid)
        .map((ImageGrid grid) -> List.of(grid.t(), grid.h(), grid.w()))
        .toList()
        .toString()
        .replace(" ", "");
  }
}
