package io.github.qwenvlspark.pipeline.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.config.WaveSettings;
import io.github.qwenvlspark.pipeline.job.WavePace;
import io.github.qwenvlspark.pipeline.simulate.Stores.Writes;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of every run on paper. */
class SimulationTest {
  private static final Faults ROUGH = new Faults(2, 300, 6, 0.05, 0.5);

  /** A million pages, wherever nothing else is said. */
  private static Scenario scenario(long pages, int executors, Faults faults, long seed) {
    WaveSettings waves =
        RunSettings.from(new Settings(Map.of("spark.qwenvl.run.commitRequests", "200000")), 1)
            .waves();
    return new Scenario(
        new Shape(pages, 10, 1_800, 500, seed),
        new Cluster(executors, 4, 16, 10_000, 2),
        faults,
        new Stores(0.1, Writes.GATHERED),
        waves);
  }

  @Test
  void aMillionPagesOnAHundredExecutorsTakeWhatTheirWorkTakes() {
    Outcome outcome = Simulation.of(scenario(1_000_000, 100, Faults.NONE, 1));

    double least = outcome.planned().work() / 10_000 / 100;
    assertThat(outcome.seconds()).isBetween(least, 1.1 * least);
    assertThat(outcome.balance()).isLessThan(1.05);
    assertThat(outcome.lost().share()).isZero();
    assertThat(outcome.price()).isCloseTo(outcome.seconds() / 3600 * 200, within(1e-6));
  }

  /** It ends only when all pages are in, and fails where a bucket is committed twice. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void everyPageIsCommittedOnceWhateverHappens(long seed) {
    Outcome outcome = Simulation.of(scenario(200_000, 20, ROUGH, seed));

    assertThat(outcome.lost().executors()).isPositive();
    assertThat(outcome.commits().number()).isPositive();
    assertThat(outcome.seconds()).isFinite();
  }

  @Test
  void executorsQuickerThanTheClockCanTellComeToAnEnd() {
    Scenario usual = scenario(20_000, 5, Faults.NONE, 1);
    Scenario quick =
        new Scenario(
            usual.documents(),
            new Cluster(5, 4, 16, 1e15, 2),
            usual.faults(),
            usual.stores(),
            usual.waves());

    assertThat(Simulation.of(quick).seconds()).isFinite();
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    Scenario scenario = scenario(200_000, 20, ROUGH, 5);

    assertThat(Simulation.of(scenario)).isEqualTo(Simulation.of(scenario));
  }

  @Test
  void moreExecutorsAreNotSlower() {
    double before = Double.MAX_VALUE;
    for (int executors : new int[] {10, 20, 40, 80, 160}) {
      double seconds = Simulation.of(scenario(300_000, executors, Faults.NONE, 2)).seconds();
      assertThat(seconds).as("%d executors", executors).isLessThan(1.02 * before);
      before = seconds;
    }
  }

  @Test
  void aLostExecutorCostsItsTasksAtMost() {
    Outcome outcome = Simulation.of(scenario(300_000, 20, new Faults(4, 300, 0, 0, 1), 3));

    double bucket = 1.0 / outcome.planned().buckets();
    assertThat(outcome.lost().executors()).isPositive();
    assertThat(outcome.lost().share())
        .isLessThan(2 * 4 * bucket * outcome.lost().executors()); // 4 slots, costs misjudged
  }

  @Test
  void aLostDriverCostsTheWavesUnderWayAtMost() {
    Outcome outcome = Simulation.of(scenario(300_000, 20, new Faults(0, 300, 12, 0, 1), 3));

    assertThat(outcome.lost().drivers()).isPositive();
    assertThat(outcome.lost().mostBuckets())
        .isLessThanOrEqualTo(WavePace.AT_A_TIME * outcome.largestWave());
    double wave = (double) outcome.largestWave() / outcome.planned().buckets();
    assertThat(outcome.lost().share())
        .isLessThan(1.1 * WavePace.AT_A_TIME * wave * outcome.lost().drivers());
  }

  @Test
  void wavesSmallerThanTheClusterLeaveEnginesIdle() {
    Scenario wide = scenario(2_000_000, 500, Faults.NONE, 1);
    WaveSettings small = new WaveSettings(wide.waves().every(), 10_000, wide.waves().signOfLife());
    Scenario narrow =
        new Scenario(wide.documents(), wide.cluster(), wide.faults(), wide.stores(), small);

    assertThat(Simulation.of(narrow).seconds()).isGreaterThan(1.2 * Simulation.of(wide).seconds());
  }

  @Test
  void aRunThatLosesExecutorsBeforeTheyHaveReadABucketDoesNotGoOnForEver() {
    Scenario hopeless = scenario(10_000, 2, new Faults(100_000, 300, 0, 0, 1), 1);

    assertThatThrownBy(() -> Simulation.of(hopeless))
        .isInstanceOf(BadRequestException.class)
        .hasMessageStartingWith("The run does not end: after ");
  }
}
