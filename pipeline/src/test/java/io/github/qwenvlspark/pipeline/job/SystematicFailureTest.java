package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A model that fails at every row must not write a table full of errors. */
class SystematicFailureTest extends EchoRuns {
  private static final String GIVE_UP = "spark.qwenvl.infer.giveUpAfterRows";

  @BeforeEach
  void prepare() {
    task("say", "text");
    files.picture("in/a.png", 60, 40);
  }

  /** Rows of one picture that are told apart by their ids. */
  private Path manifest(int bugs, int answers) {
    StringBuilder rows = new StringBuilder("uri,say\n");
    for (int i = 0; i < bugs; i++) {
      files.picture("in/bug%d.png".formatted(i), 60, 40);
      rows.append("bug%d.png,%s%n".formatted(i, EchoEngine.BUG));
    }
    for (int i = 0; i < answers; i++) {
      rows.append("a.png,answer %d%n".formatted(i));
    }
    return files.text("in/m.csv", rows.toString());
  }

  @Test
  void aRunInWhichNothingWorksStopsWithTheReason() {
    Path manifest = manifest(30, 0);

    assertThatThrownBy(() -> run(manifest, "say"))
        .hasStackTraceContaining(
            "The first 20 rows of an executor all failed, the last with INTERNAL:")
        .hasStackTraceContaining(GIVE_UP);

    ResultsTable results = new ResultsTable(spark, output());
    assertThat(results.answered(Retry.TRANSIENT).count()).isZero();
  }

  @Test
  void aFewFailuresAreNoReasonToStop() {
    Run run = run(manifest(19, 0), "say");

    assertThat(run.tally().errorsByType()).isEqualTo(Map.of("INTERNAL", 19L));
  }

  @Test
  void whoeverWantsAllErrorsGetsThem() {
    Run run = run(request(manifest(25, 0), Retry.TRANSIENT, "say"), Map.of(GIVE_UP, "0"));

    assertThat(run.tally().errors()).isEqualTo(25);
  }

  @Test
  void documentsThatAreAtFaultThemselvesAreNoReasonToStop() {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 25; i++) {
      rows.append("missing%d.png%n".formatted(i));
    }

    assertThat(run(files.text("in/m.txt", rows.toString()), "say").tally().errors()).isEqualTo(25);
  }
}
