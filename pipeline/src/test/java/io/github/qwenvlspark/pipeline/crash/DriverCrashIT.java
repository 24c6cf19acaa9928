package io.github.qwenvlspark.pipeline.crash;

import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.crash.Gates.Gate;
import io.github.qwenvlspark.pipeline.crash.Gates.Point;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster.Submission;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster.SubmitResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A driver ends at once, as by {@code kill -9}, and the job is started again. */
@Tag("long")
class DriverCrashIT extends OnCluster {
  /** A driver without executors, where they would only watch. */
  private static final Map<String, String> ALONE = Map.of("spark.master", "local[2]");

  @Test
  void aDriverKilledWhileExecutorsReadLosesTheWaveAtMost() {
    killedAt(Point.ASK, "picture 5", Map.of());
    assertThat(cluster.executors())
        .allSatisfy(executor -> assertThat(executor.onExit()).succeedsWithin(ofMinutes(1)));

    scene.assertARerunCompletes(output, CrashScene.REQUESTS);
  }

  @Test
  void aDriverKilledBeforeACommitLosesTheWaveAtMost() {
    killedAt(Point.CREATE, Tables.draft(1), ALONE);

    scene.assertARerunCompletes(output, CrashScene.REQUESTS);
  }

  @Test
  void aDriverKilledDuringACommitLosesTheWaveAtMost() {
    killedAt(Point.RENAME, Tables.commit(1), ALONE);

    scene.assertARerunCompletes(output, CrashScene.REQUESTS);
  }

  @Test
  void aDriverKilledDuringTheSecondCommitKeepsTheFirst() {
    Map<String, String> twoWaves = new HashMap<>(ALONE);
    twoWaves.put("spark.qwenvl.run.commitRequests", "6");
    killedAt(Point.RENAME, Tables.commit(2), twoWaves);
    int missing = scene.missing(output);

    assertThat(missing).isBetween(1, CrashScene.REQUESTS - 1);
    scene.assertARerunCompletes(output, missing);
  }

  @Test
  void aDriverKilledAfterACommitLosesNothing() {
    killedAt(Point.RENAMED, Tables.commit(1), ALONE);

    scene.assertARerunCompletes(output, 0);
  }

  @Test
  void aDriverKilledBeforeItsBookkeepingLosesOnlyThat() {
    killedAt(Point.CREATE, "/runs/_delta_log/.", ALONE);

    scene.assertARerunCompletes(output, 0);
  }

  /** The driver ends while a process, itself or an executor, is at a point. */
  private void killedAt(Point point, String text, Map<String, String> conf) {
    Gate gate = gates.hold(point, text, 1);
    Submission run = scene.start(cluster, output, gates, conf);
    gate.await(run);

    run.kill();
    gates.openAll();
  }

  @Test
  void twoJobsAtATimeOnOneTableWriteNoKeyTwice() {
    Gate commits = gates.hold(Point.RENAME, Tables.commit(1), 2);
    Map<String, String> oneCore = Map.of("spark.cores.max", "1");
    List<Submission> runs =
        List.of(
            scene.start(cluster, output, gates, oneCore),
            scene.start(cluster, output, gates, oneCore));
    runs.forEach(commits::await);
    commits.open();

    for (Submission run : runs) {
      SubmitResult result = run.await();
      assertThat(result.exitCode()).as(result.output()).isZero();
    }
    scene.assertComplete(output);
    scene.assertARerunCompletes(output, 0);
  }
}
