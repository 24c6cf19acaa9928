package io.github.qwenvlspark.runtime.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.GoldenTensors;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files to RGB, RGB to the resized picture, resized picture to {@code pixel_values}. */
class ImagesGoldenTest {
  private static final float[] MEAN = {0.48145466f, 0.4578275f, 0.40821073f};
  private static final float[] STD = {0.26862954f, 0.26130258f, 0.27577711f};
  private static final VisualPreprocessor PREPROCESSOR =
      new VisualPreprocessor(
          new PixelLimits(3136, 12845056), new Normalization(MEAN.clone(), STD.clone()));
  private static final GoldenTensors PIXEL_VALUES =
      new GoldenTensors("images/pixel_values.safetensors");

  static Stream<Arguments> images() {
    return GoldenJson.cases("images/images.json", "images")
        .map(image -> Arguments.of(image.path("file").asText(), image));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("images")
  void pixelsEqualTheReference(String file, JsonNode golden) {
    RgbImage decoded = Pixels.image("images/files/" + file);
    assertThat(decoded.height()).isEqualTo(golden.path("height").asInt());
    assertThat(decoded.width()).isEqualTo(golden.path("width").asInt());
    if (golden.has("error")) {
      assertThatThrownBy(() -> PREPROCESSOR.image(decoded, size(golden.path("keys"))))
          .isInstanceOf(QwenVlException.class);
      return;
    }
    RgbImage reference = Pixels.image("images/decoded/" + file.replaceFirst("\\.[a-z]+$", ".png"));
    if (golden.path("lossy").asBoolean()) {
      // A JDK may bring another JPEG library: chroma edges differ by a few levels.
      Pixels.assertClose(decoded.rgb(), reference.rgb(), 1.5, 40);
    } else {
      assertThat(Pixels.sha256(decoded.rgb())).isEqualTo(golden.path("decoded_sha256").asText());
    }

    PreparedVisual prepared = PREPROCESSOR.image(reference, size(golden.path("keys")));
    assertThat(prepared.resized())
        .isEqualTo(
            new Size(golden.path("resized_height").asInt(), golden.path("resized_width").asInt()));
    RgbImage resized = PillowBicubic.resize(reference, prepared.resized());
    assertThat(Pixels.sha256(resized.rgb())).isEqualTo(golden.path("resized_sha256").asText());
    ImageGrid grid = prepared.pixels().grid();
    assertThat(GoldenJson.ints(golden.path("image_grid_thw")))
        .containsExactly(grid.t(), grid.h(), grid.w());
    assertThat(Pixels.sha256(prepared.pixels().values()))
        .isEqualTo(golden.path("pixel_values_sha256").asText());
    float[][] fused = PREPROCESSOR.normalization().video();
    assertThat(Pixels.sha256(Patchifier.patchify(List.of(resized), fused).values()))
        .isEqualTo(golden.path("pixel_values_fused_sha256").asText());
    if (golden.path("pixel_values_stored").asBoolean()) {
      assertThat(prepared.pixels().values())
          .containsExactly(PIXEL_VALUES.floats(file.replaceFirst("\\.[a-z]+$", "")));
    }
  }

  @Test
  void bothNormalisationsEqualTheReferenceBitForBit() {
    Normalization normalization = new Normalization(MEAN.clone(), STD.clone());
    JsonNode tables = GoldenJson.read("images/normalize_table.json");
    for (int channel = 0; channel < 3; channel++) {
      for (int level = 0; level < 256; level++) {
        assertThat(Float.floatToIntBits(normalization.image()[channel][level]))
            .isEqualTo(tables.path("rescale_then_normalize").path(channel).path(level).asInt());
        assertThat(Float.floatToIntBits(normalization.video()[channel][level]))
            .isEqualTo(tables.path("fused").path(channel).path(level).asInt());
      }
    }
  }

  private static VisualSize size(JsonNode keys) {
    Optional<Size> exact =
        keys.has("resized_height") && keys.has("resized_width")
            ? Optional.of(
                new Size(keys.path("resized_height").asInt(), keys.path("resized_width").asInt()))
            : Optional.empty();
    return new VisualSize(
        optional(keys.path("min_pixels")), optional(keys.path("max_pixels")), exact);
  }

  private static OptionalInt optional(JsonNode number) {
    return number.isInt() ? OptionalInt.of(number.asInt()) : OptionalInt.empty();
  }
}
