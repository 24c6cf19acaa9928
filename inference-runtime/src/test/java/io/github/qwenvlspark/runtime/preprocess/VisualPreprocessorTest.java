package io.github.qwenvlspark.runtime.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.RgbImage;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisualPreprocessorTest {
  private static final VisualPreprocessor PREPROCESSOR =
      new VisualPreprocessor(
          new PixelLimits(3136, 12845056),
          new Normalization(new float[] {0.5f, 0.4f, 0.3f}, new float[] {0.2f, 0.3f, 0.4f}));
  private static final VisualSize SMALL = VisualSize.between(784, 7840);

  @Test
  void aPictureCountsAsItsFrameTwice() {
    PreparedVisual prepared = PREPROCESSOR.image(noise(1, 56, 84), VisualSize.DEFAULT);

    assertThat(prepared.pixels().grid()).isEqualTo(new ImageGrid(1, 4, 6));
    assertThat(prepared.frames()).isEqualTo(1);
    float[] patch = Arrays.copyOf(prepared.pixels().values(), PixelValues.PATCH_VALUES);
    for (int channel = 0; channel < 3; channel++) {
      int start = channel * 2 * 196;
      assertThat(Arrays.copyOfRange(patch, start, start + 196))
          .isEqualTo(Arrays.copyOfRange(patch, start + 196, start + 392));
    }
  }

  @Test
  void anOddClipRepeatsItsLastFrame() {
    RgbImage first = noise(1, 56, 56);
    RgbImage second = noise(2, 56, 56);
    RgbImage last = noise(3, 56, 56);

    PreparedVisual odd = PREPROCESSOR.video(List.of(first, second, last), SMALL);
    PreparedVisual even = PREPROCESSOR.video(List.of(first, second, last, last), SMALL);

    assertThat(odd.pixels().grid()).isEqualTo(new ImageGrid(2, 4, 4));
    assertThat(odd.pixels().values()).isEqualTo(even.pixels().values());
    assertThat(odd.frames()).isEqualTo(3);
  }

  @Test
  void aClipOfPicturesIsResizedAsPicturesAreAndNormalisedAsClipsAre() {
    RgbImage first = noise(1, 60, 90);
    RgbImage second = noise(2, 61, 91);

    PreparedVisual clip = PREPROCESSOR.frames(List.of(first, second), VisualSize.DEFAULT);

    Size size = new Size(56, 84);
    PreparedVisual resized =
        PREPROCESSOR.video(
            List.of(PillowBicubic.resize(first, size), PillowBicubic.resize(second, size)),
            VisualSize.exactly(size));
    assertThat(clip.resized()).isEqualTo(size);
    assertThat(clip.pixels().values()).isEqualTo(resized.pixels().values());
  }

  @Test
  void aClipOfPicturesRepeatsItsLastAndNeedsOneSize() {
    RgbImage first = noise(1, 56, 56);

    assertThat(PREPROCESSOR.frames(List.of(first), VisualSize.DEFAULT).pixels().values())
        .isEqualTo(PREPROCESSOR.frames(List.of(first, first), SMALL).pixels().values());
    assertThatThrownBy(
            () -> PREPROCESSOR.frames(List.of(first, noise(2, 56, 112)), VisualSize.DEFAULT))
        .isInstanceOf(QwenVlException.class)
        .hasMessageStartingWith("Picture 2 of a clip is resized to 112 x 56, the first to 56 x 56");
  }

  @Test
  void framesOfDifferentSizesAllGetTheSizeOfTheFirst() {
    PreparedVisual prepared =
        PREPROCESSOR.video(List.of(noise(1, 56, 56), noise(2, 70, 99)), SMALL);

    assertThat(prepared.resized()).isEqualTo(new Size(56, 56));
    assertThat(prepared.pixels().grid()).isEqualTo(new ImageGrid(1, 4, 4));
  }

  @Test
  void whatHasItsSizeAlreadyIsNotResized() {
    RgbImage image = noise(1, 56, 84);

    assertThat(PillowBicubic.resize(image, new Size(56, 84))).isSameAs(image);
    assertThat(TorchBicubic.resize(image, new Size(56, 84))).isSameAs(image);
  }

  @Test
  void anExactSizeWinsOverLimits() {
    VisualSize size =
        new VisualSize(
            VisualSize.between(1, 1).minPixels(),
            VisualSize.between(1, 1).maxPixels(),
            Optional.of(new Size(100, 60)));

    assertThat(PREPROCESSOR.image(noise(1, 130, 90), size).resized()).isEqualTo(new Size(112, 56));
  }

  @ParameterizedTest
  @CsvSource({"1, 201, 201.0", "3, 700, 233.3"})
  void aStripIsRefusedAndItsRatioNamed(int height, int width, String ratio) {
    assertRefused(
        () -> PREPROCESSOR.image(noise(1, height, width), VisualSize.DEFAULT),
        "one side is " + ratio + " times the other, at most 200 is allowed");
  }

  @Test
  void aRatioOf200Passes() {
    assertThat(PREPROCESSOR.image(noise(1, 1, 200), VisualSize.DEFAULT).resized())
        .isEqualTo(new Size(28, 196));
  }

  @Test
  void aSizeWithoutAreaIsRefused() {
    assertRefused(
        () -> PREPROCESSOR.image(noise(1, 9, 9), VisualSize.exactly(new Size(0, 10))),
        "cannot be resized");
    assertRefused(
        () -> PREPROCESSOR.image(noise(1, 9, 9), VisualSize.exactly(new Size(-5, -5))),
        "cannot be resized");
  }

  @Test
  void moreThanAnArrayHoldsIsRefusedBeforeItIsAllocated() {
    VisualSize enormous = VisualSize.between(1_000_000_000, 2_000_000_000);

    assertRefused(() -> PREPROCESSOR.image(noise(1, 9, 9), enormous), "lower max_pixels");
    assertRefused(
        () -> PREPROCESSOR.video(Collections.nCopies(8, noise(1, 9, 9)), enormous),
        "lower max_pixels");
  }

  private static void assertRefused(Runnable prepare, String message) {
    assertThatThrownBy(prepare::run)
        .isInstanceOf(QwenVlException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((QwenVlException) e).type())
        .isEqualTo(ErrorType.INVALID_REQUEST);
  }

  private static RgbImage noise(long seed, int height, int width) {
    byte[] rgb = new byte[height * width * 3];
    new Random(seed).nextBytes(rgb);
    return new RgbImage(height, width, rgb);
  }
}
