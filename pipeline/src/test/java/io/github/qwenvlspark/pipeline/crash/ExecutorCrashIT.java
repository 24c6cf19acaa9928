package io.github.qwenvlspark.pipeline.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.crash.Gates.Gate;
import io.github.qwenvlspark.pipeline.crash.Gates.Point;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster.Submission;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster.SubmitResult;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An executor ends at once, as by {@code kill -9}: the run goes on and its table is whole. */
@Tag("long")
class ExecutorCrashIT extends OnCluster {
  @Test
  void anExecutorKilledWhileItFetchesIsReplaced() {
    killedAt(Point.OPEN, "/in/3.png");
  }

  @Test
  void anExecutorKilledWhileItAsksTheModelIsReplaced() {
    killedAt(Point.ASK, "picture 5");
  }

  @Test
  void anExecutorKilledBeforeItsTaskCommitsIsReplaced() {
    killedAt(Point.CLOSE, Tables.ANSWERS);
  }

  private void killedAt(Point point, String text) {
    Gate inference = gates.hold(Point.ENGINE, "", 2);
    Submission run = scene.start(cluster, output, gates, Map.of());
    inference.await(run);
    Gate gate = gates.hold(point, text, 1);
    inference.open();

    gate.await(run).destroyForcibly();
    gates.openAll();

    assertWholeAfter(run);
  }

  @Test
  void anExecutorKilledAfterItsTaskCommittedLeavesItsRows() {
    Gate inference = gates.hold(Point.ENGINE, "", 2);
    Submission run = scene.start(cluster, output, gates, Map.of());
    inference.await(run);
    Gate written = gates.note(Point.CLOSED, Tables.ANSWERS, 1);
    Gate other = gates.hold(Point.CLOSE, Tables.ANSWERS + "00001", 1);
    Gate committed = gates.note(Point.TASK_END, "executor", 1);
    inference.open();
    other.await(run);
    committed.await(run);

    written.await(run).destroyForcibly();
    gates.openAll();

    assertWholeAfter(run);
  }

  @Test
  void aTaskThatRunsTwiceLeavesOneRowForEachRequest() {
    Gate inference = gates.hold(Point.ENGINE, "", 2);
    Submission run =
        scene.start(
            cluster,
            output,
            gates,
            Map.of(
                "spark.speculation", "true",
                "spark.speculation.quantile", "0.5",
                "spark.speculation.multiplier", "1.01",
                "spark.speculation.interval", "100ms"));
    inference.await(run);
    Gate slow = gates.hold(Point.CLOSE, Tables.ANSWERS + "00001", 1); // written, not committed
    Gate twice = gates.note(Point.TASK_END, "speculative", 1);
    inference.open();
    slow.await(run);
    twice.await(run);
    gates.openAll();

    assertWholeAfter(run);
  }

  private void assertWholeAfter(Submission run) {
    SubmitResult result = run.await();
    assertThat(result.exitCode()).as(result.output()).isZero();
    assertThat(result.out()).contains("requests=12 ok=11 errors=1 skipped=0");
    scene.assertComplete(output);
    scene.assertARerunCompletes(output, 0);
  }
}
