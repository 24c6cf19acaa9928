package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a second run asks again: only what is not answered, once. */
class RerunTest extends EchoRuns {
  @BeforeEach
  void prepare() {
    task("say", "text");
  }

  @Test
  void aRerunAsksNothingAgain() {
    files.picture("in/a.png", 60, 40);
    files.pdf("in/b.pdf", 2);
    files.empty("in/empty.png");
    run(folder.resolve("in"), "say");
    int asked = EchoEngine.asked();

    Run rerun = run(folder.resolve("in"), "say");

    assertThat(EchoEngine.asked()).isEqualTo(asked);
    assertThat(rerun.requests()).isEqualTo(4);
    assertThat(rerun.skipped()).isEqualTo(4);
    assertThat(rerun.tally().ok() + rerun.tally().errors()).isZero();
    assertThat(results("request_key")).hasSize(4);
    assertThat(spark.read().format("delta").load(output().runs()).count()).isEqualTo(2);
  }

  @Test
  void aRerunAsksOnlyWhatIsNewOrChanged() throws IOException {
    files.picture("in/a.png", 60, 40);
    files.picture("in/b.png", 60, 40);
    run(folder.resolve("in"), "say");
    files.picture("in/b.png", 80, 40);
    files.picture("in/c.png", 60, 40);
    int asked = EchoEngine.asked();

    Run rerun = run(folder.resolve("in"), "say");

    assertThat(EchoEngine.asked() - asked).isEqualTo(2);
    assertThat(rerun.skipped()).isEqualTo(1);
    assertThat(rerun.tally().ok()).isEqualTo(2);
  }

  @Test
  void transientErrorsAreAskedAgainAndReplaced() {
    files.picture("in/a.png", 60, 40);
    Path manifest =
        files.text("in/m.csv", "uri,say\na.png,%s\n".formatted(EchoEngine.OUT_OF_MEMORY));
    run(manifest, "say");
    int asked = EchoEngine.asked();

    Run rerun = run(manifest, "say");

    // For 8 rows at once, then 4, 2 and 1.
    assertThat(EchoEngine.asked() - asked).isEqualTo(4);
    assertThat(rerun.tally().errors()).isEqualTo(1);
    assertThat(results("run_id", "error.type", "error.attempts"))
        .extracting(row -> row.mkString(" "))
        .containsExactly(rerun.runId() + " OUT_OF_MEMORY 4");
    assertThat(folder.resolve("out/_staging/" + rerun.runId())).doesNotExist();
  }

  @Test
  void permanentErrorsAreAskedAgainOnlyOnDemand() {
    files.empty("in/empty.png");
    run(folder.resolve("in"), "say");

    assertThat(run(folder.resolve("in"), "say").skipped()).isEqualTo(1);
    Run retried = run(request(folder.resolve("in"), Retry.ALL_ERRORS, "say"), Map.of());
    assertThat(retried.tally().errors()).isEqualTo(1);
    assertThat(results("request_key")).hasSize(1);
  }

  @Test
  void equalRowsAreAskedOnce() {
    files.picture("in/a.png", 60, 40);
    Path manifest = files.text("in/m.txt", "a.png\na.png\na.png\n");

    Run run = run(manifest, "say");

    assertThat(run.requests()).isEqualTo(3);
    assertThat(run.tally().ok()).isEqualTo(1);
    assertThat(run.skipped()).isEqualTo(2);
  }
}
