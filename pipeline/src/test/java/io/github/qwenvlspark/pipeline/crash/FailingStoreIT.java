package io.github.qwenvlspark.pipeline.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.crash.Gates.Point;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** A store that fails, and a disk that is full: no process ends, so all of it is in this JVM. */
@Tag("long")
class FailingStoreIT {
  private static final String FULL = "No space left on device";

  @TempDir static Path folder;
  private static CrashScene scene;

  private Gates gates;
  private String output;

  @BeforeAll
  static void start() {
    scene = CrashScene.in(folder, Map.of());
  }

  @AfterAll
  static void stop() {
    scene.close();
  }

  @BeforeEach
  void begin(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName();
    gates = scene.gates(name);
    output = scene.output(name);
    gates.here();
  }

  @AfterEach
  void end() {
    Gates.nowhere();
  }

  @Test
  void aDiskThatIsFullWhileAnswersAreWrittenLosesTheWaveAtMost() {
    failedAt(Tables.ANSWERS);

    scene.assertARerunCompletes(output, CrashScene.REQUESTS);
  }

  @Test
  void aDiskThatIsFullAtACommitLosesTheWaveAtMost() {
    failedAt(Tables.draft(1));

    scene.assertARerunCompletes(output, CrashScene.REQUESTS);
  }

  @Test
  void aDiskThatIsFullAtTheBookkeepingLosesOnlyThat() {
    failedAt("/runs/_delta_log/.");

    scene.assertARerunCompletes(output, 0);
  }

  private void failedAt(String file) {
    gates.fail(Point.CREATE, file, 100, FULL);

    assertThatThrownBy(() -> scene.rerun(output)).hasStackTraceContaining(FULL);

    gates.openAll();
  }

  @Test
  void connectionsThatBreakWhileDocumentsAreOpenedCostTimeOnly() {
    gates.fail(Point.OPEN, "/in/3.png", 1, "Connection reset");
    gates.fail(Point.OPEN, "/in/two.pdf", 1, "503 Slow Down");

    assertThat(scene.rerun(output).tally().ok()).isEqualTo(CrashScene.REQUESTS - 1);

    scene.assertComplete(output);
  }
}
