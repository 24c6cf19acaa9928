package io.github.qwenvlspark.pipeline.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.VideoSettings;
import io.github.qwenvlspark.pipeline.manifest.Reading;
import io.github.qwenvlspark.runtime.media.TimeSpan;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClipPartsTest {
  private static final VideoSettings WHOLE = new VideoSettings(0, 1000);
  private static final VideoSettings MINUTES = new VideoSettings(60, 10);
  private static final double REST = Double.POSITIVE_INFINITY;

  @Test
  void aClipIsOnePartAndIsNotEvenOpened() {
    assertThat(
            ClipParts.of(
                TimeSpan.WHOLE,
                WHOLE,
                () -> {
                  throw new AssertionError("opened");
                }))
        .containsExactly(new Part("clip", 0));
    assertThat(ClipParts.of(new TimeSpan(5, 7), WHOLE, () -> 100))
        .extracting(part -> part.span().orElseThrow())
        .containsExactly(new TimeSpan(5, 7));
  }

  @Test
  void segmentsFollowEachOtherAndTheLastOneTakesTheRest() {
    assertThat(spans(TimeSpan.WHOLE, 150))
        .containsExactly(new TimeSpan(0, 60), new TimeSpan(60, 120), new TimeSpan(120, REST));
    assertThat(spans(TimeSpan.WHOLE, 120.9))
        .as("less than a second is no segment of its own")
        .containsExactly(new TimeSpan(0, 60), new TimeSpan(60, REST));
    assertThat(spans(new TimeSpan(30, 100), 150))
        .containsExactly(new TimeSpan(30, 90), new TimeSpan(90, 100));
  }

  @Test
  void aClipOfOneSegmentIsThePartThatItIsWithoutSegments() {
    assertThat(ClipParts.of(TimeSpan.WHOLE, MINUTES, () -> 60))
        .containsExactly(new Part("clip", 0));
  }

  @Test
  void tooManySegmentsAndAStartBehindTheEndAreRefused() {
    assertThatThrownBy(() -> spans(TimeSpan.WHOLE, 3600))
        .hasMessage("60 segments of 60 seconds exceed 10 (spark.qwenvl.video.maxSegments)");
    assertThatThrownBy(() -> spans(new TimeSpan(40, 50), 30))
        .hasMessage("video_start is at 40.0 seconds, and the clip ends at 30.000");
  }

  @ParameterizedTest
  @CsvSource({"12.5, 12.5", "0, 0", "00:01:02.5, 62.5", "1:02, 62", "2:00:00, 7200", "' 90 ', 90"})
  void timesAreSecondsWithMinutesAndHoursBeforeThem(String text, double seconds) {
    assertThat(ClipSpan.of(reading(text, null))).isEqualTo(new TimeSpan(seconds, REST));
    assertThat(ClipSpan.of(reading(null, "100:00:00")).endS()).isEqualTo(360_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-1", "1:2:3:4", "1e3", "12,5", "NaN", ":5", "5."})
  void whatIsNoTimeIsRefusedWithoutQuotingIt(String text) {
    assertThatThrownBy(() -> ClipSpan.of(reading(text, null)))
        .hasMessage("video_start is no time: give seconds such as 12.5, or 00:01:02.5");
    assertThatThrownBy(() -> ClipSpan.of(reading(null, text)))
        .hasMessageStartingWith("video_end is no time");
  }

  @Test
  void anEndThatIsNotAfterTheStartIsRefused() {
    assertThatThrownBy(() -> ClipSpan.of(reading("10", "10")))
        .hasMessage("video_end is 10.0 seconds, which is not after video_start, 10.0 seconds");
  }

  private static List<TimeSpan> spans(TimeSpan span, double seconds) {
    return ClipParts.of(span, MINUTES, () -> seconds).stream()
        .map(part -> part.span().orElseThrow())
        .toList();
  }

  private static Reading reading(String start, String end) {
    return new Reading(
        Optional.empty(),
        Optional.ofNullable(start),
        Optional.ofNullable(end),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
