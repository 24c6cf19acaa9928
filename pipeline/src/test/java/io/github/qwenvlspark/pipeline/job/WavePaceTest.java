package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.config.WaveSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How many buckets a wave takes; buckets have 32 requests each. */
class WavePaceTest {
  private static final Duration NOTHING_SEEN = Duration.ZERO;

  private static WavePace pace(int mostRequests, int slots, int buckets) {
    Duration minute = Duration.ofMinutes(1);
    return WavePace.of(
        new WaveSettings(minute, mostRequests, minute), slots, 32L * buckets, buckets);
  }

  @Test
  void theFirstWaveHasFourBucketsForEachSparkTaskThatCanRun() {
    assertThat(pace(0, 16, 100_000).next(100_000, 0, NOTHING_SEEN)).isEqualTo(64);
  }

  @Test
  void laterWavesTakeTheTimeWishedForButGrowFourfoldAtMost() {
    WavePace pace = pace(0, 16, 100_000);
    pace.next(100_000, 0, NOTHING_SEEN);

    assertThat(pace.next(99_936, 64, Duration.ofSeconds(30))).isEqualTo(128);
    assertThat(pace.next(99_808, 192, Duration.ofSeconds(1))).isEqualTo(512);
  }

  @Test
  void aWaveHasAHundredThousandRequestsAtMost() {
    WavePace pace = pace(0, 16, 100_000);
    int size = 0;
    for (int i = 0; i < 10; i++) {
      size = pace.next(100_000, 100_000, Duration.ofSeconds(1));
    }
    assertThat(size).isEqualTo(100_000 / 32);
  }

  @Test
  void aClusterTooLargeForThatIsNotLeftIdle() {
    WavePace pace = pace(0, 8_000, 1_000_000);
    assertThat(pace.next(1_000_000, 0, NOTHING_SEEN)).isEqualTo(32_000);
    assertThat(pace.next(968_000, 32_000, Duration.ofSeconds(1))).isEqualTo(32_000);
  }

  @Test
  void whatIsAskedForHoldsOnAnyCluster() {
    assertThat(pace(64_000, 8_000, 1_000_000).next(1_000_000, 0, NOTHING_SEEN)).isEqualTo(2_000);
    assertThat(pace(1, 8_000, 1_000_000).next(1_000_000, 0, NOTHING_SEEN)).isEqualTo(1);
  }

  @Test
  void aSmallRestJoinsTheWaveBeforeIt() {
    assertThat(pace(0, 16, 90).next(90, 0, NOTHING_SEEN)).isEqualTo(90);
    assertThat(pace(0, 16, 200).next(200, 0, NOTHING_SEEN)).isEqualTo(64);
  }
}
