package io.github.qwenvlspark.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.io.ByteArrayOutputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clips that need care: tagged colours, odd widths, rotation, uneven times, a late index. */
class ClipsGoldenTest {
  private static final FrameChoice ALL = (total, fps) -> IntStream.range(0, total).toArray();

  static Stream<Arguments> clips() {
    return GoldenJson.cases("videos/hard/hard.json", "cases")
        .map(clip -> Arguments.of(clip.path("file").asText(), clip));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("clips")
  void everyFrameEqualsPyAv(String file, JsonNode golden) {
    Clip clip = VideoReader.read(Pixels.bytes("videos/hard/" + file), ALL, MediaLimits.DEFAULT);

    assertThat(clip.totalFrames()).isEqualTo(golden.path("total_frames").asInt());
    assertThat(clip.fps()).isEqualTo(golden.path("video_fps").asDouble());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (RgbImage frame : clip.frames()) {
      assertThat(frame.height()).isEqualTo(golden.path("height").asInt());
      assertThat(frame.width()).isEqualTo(golden.path("width").asInt());
      all.writeBytes(frame.rgb());
    }
    assertThat(Pixels.sha256(all.toByteArray())).isEqualTo(golden.path("frames_sha256").asText());
  }
}
