package io.github.qwenvlspark.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Stretches of clips: the frames that torchvision's reader keeps. */
class TimeSpanGoldenTest {
  private static final FrameChoice ALL = (total, fps) -> IntStream.range(0, total).toArray();

  static Stream<Arguments> spans() {
    return GoldenJson.cases("videos/spans.json", "cases")
        .map(
            golden ->
                Arguments.of(
                    golden.path("file").asText(),
                    golden.path("video_start").asDouble(),
                    golden.path("video_end").asDouble(Double.POSITIVE_INFINITY),
                    golden.path("frames")));
  }

  @ParameterizedTest(name = "{0} {1} - {2}")
  @MethodSource("spans")
  void keptFramesEqualTheReference(String file, double start, double end, JsonNode frames) {
    byte[] bytes = Pixels.bytes("videos/files/" + file);
    List<RgbImage> whole = VideoReader.read(bytes, ALL, MediaLimits.DEFAULT).frames();

    List<RgbImage> kept =
        VideoReader.read(bytes, new TimeSpan(start, end), ALL, MediaLimits.DEFAULT).frames();

    assertThat(kept.stream().map(RgbImage::rgb))
        .containsExactlyElementsOf(
            GoldenJson.ints(frames).stream().map(number -> whole.get(number).rgb()).toList());
  }
}
