package io.github.qwenvlspark.runtime.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.bench.Timing.Lap;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimingTest {
  @Test
  void bestAndMedianAreOfWallTimeAndProcessorTimeIsTheMean() {
    Timing timing = Timing.of(List.of(new Lap(3, 4), new Lap(1, 2), new Lap(2, 3)));

    assertThat(timing).isEqualTo(new Timing(1, 2, 3, 3));
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
    Timing timing = Timing.of(List.of(new Lap(1, 1), new Lap(2, 1), new Lap(4, 1), new Lap(9, 1)));

    assertThat(timing.medianS()).isEqualTo(3);
  }

  @Test
  void aLapOfSeveralStepsGivesTheTimeOfOne() {
    assertThat(new Timing(8, 12, 16, 5).dividedBy(4)).isEqualTo(new Timing(2, 3, 4, 5));
  }

  @Test
  void aSystemThatCountsNoProcessorTimeIsTakenAsOneBusyProcessor() {
    assertThat(Timing.of(List.of(new Lap(2, 0))).cpuS()).isEqualTo(2);
  }

  @Test
  void shortWorkIsRunOftenInEachLap() {
    int[] runs = {0};
    Timing timing = new Stopwatch(BenchPlan.Effort.QUICK).time(() -> runs[0]++);

    assertThat(timing.laps()).isBetween(1, BenchPlan.Effort.QUICK.mostLaps());
    assertThat(runs[0]).isGreaterThan(timing.laps() + 1);
  }
}
