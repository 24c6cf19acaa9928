package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.fuzz.Fuzzing;
import io.github.qwenvlspark.pipeline.manifest.Reading;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whatever a manifest's columns say of how a document is read is understood or refused. */
class ManifestColumnsFuzzTest {
  private static Reading reading(String start, String end, String frames, String fps) {
    return new Reading(
        Optional.empty(),
        Optional.ofNullable(start),
        Optional.ofNullable(end),
        Optional.ofNullable(frames),
        Optional.ofNullable(fps),
        Optional.empty());
  }

  @Test
  void pages() {
    Fuzzing.ofText("pages", "1-3,7", "5-", "-3", "2", "1, 4 - 9,12-")
        .runText(QwenVlException.class, input -> PageRange.of(input).of(1000));
  }

  @Test
  void stretchesOfClips() {
    Fuzzing.ofText("video_start", "12.5", "00:01:02.5", "1:02", "0", "7200")
        .runText(QwenVlException.class, input -> ClipSpan.of(reading(input, "99999", null, null)));
  }

  @Test
  void listsOfFrames() {
    Fuzzing.ofText("frames", "[\"a.png\", \"s3a://b/c.jpg\"]", "[]", "[[\"a\"]]", "\"a\"")
        .runText(
            QwenVlException.class, input -> FrameSequence.of(reading(null, null, input, null)));
  }

  @Test
  void framesForASecond() {
    Fuzzing.ofText("frame_fps", "2.0", "0.5", "30", "1e2")
        .runText(
            QwenVlException.class, input -> FrameSequence.of(reading(null, null, null, input)));
  }
}
