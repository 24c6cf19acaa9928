package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import io.github.qwenvlspark.runtime.preprocess.Normalization;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.PreparedVisual;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualPreprocessor;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Lossless pictures of many formats, from file to {@code pixel_values}: decoded, resized and
 * normalised to the same bits, under the published pixel bounds and normalisation.
 */
record PixelsCheck() implements Check {
  static final VisualPreprocessor PUBLISHED =
      new VisualPreprocessor(
          new PixelLimits(4 * 28 * 28, 16384 * 28 * 28),
          new Normalization(
              new float[] {0.48145466f, 0.4578275f, 0.40821073f},
              new float[] {0.26862954f, 0.26130258f, 0.27577711f}));

  @Override
  public String name() {
    return "pixels";
  }

  @Override
  public Measure take(Subject subject) {
    Tally tally = Tally.exact(name());
    for (JsonNode picture : Shipped.json("pictures.json.gz").path("cases")) {
      String file = picture.path("file").asText();
      RgbImage decoded =
          ImageDecoder.decode(Shipped.bytes("pictures/" + file), MediaLimits.DEFAULT);
      tally.equal(
          file + ", decoded", hash(decoded).equals(picture.path("decoded_sha256").asText()));
      tally.equal(file + ", pixel_values", prepared(decoded, picture));
    }
    return tally.measure("files to pixel_values, by SHA-256");
  }

  private static boolean prepared(RgbImage decoded, JsonNode picture) {
    PreparedVisual visual;
    try {
      visual = PUBLISHED.image(decoded, size(picture.path("keys")));
    } catch (QwenVlException e) {
      return picture.has("error");
    }
    ImageGrid grid = visual.pixels().grid();
    int[] thw = {grid.t(), grid.h(), grid.w()};
    return !picture.has("error")
        && visual.resized().height() == picture.path("resized_height").asInt()
        && visual.resized().width() == picture.path("resized_width").asInt()
        && Arrays.equals(thw, Shipped.ints(picture.path("image_grid_thw")))
        && Sha256.of(visual.pixels().values()).equals(picture.path("pixel_values_sha256").asText());
  }

  private static String hash(RgbImage image) {
    return Sha256.of(image.rgb());
  }

  static VisualSize size(JsonNode keys) {
    Optional<Size> exact =
        keys.has("resized_height") && keys.has("resized_width")
            ? Optional.of(
                new Size(keys.path("resized_height").asInt(), keys.path("resized_width").asInt()))
            : Optional.empty();
    return new VisualSize(number(keys.path("min_pixels")), number(keys.path("max_pixels")), exact);
  }

  private static OptionalInt number(JsonNode node) {
    return node.isInt() ? OptionalInt.of(node.asInt()) : OptionalInt.empty();
  }
}
