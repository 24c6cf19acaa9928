package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a bad run brought is taken back, as docs/operations.md says; runs go on behind it. */
class RollbackTest extends EchoRuns {
  private Path manifest;
  private Run bad;

  @BeforeEach
  void aGoodRunAndABadOne() {
    task("say", "text");
    files.picture("in/a.png", 60, 40);
    files.picture("in/b.png", 60, 40);
    run(files.text("in/good.csv", "uri,say\na.png,good\n"), "say");
    manifest = files.text("in/m.csv", "uri,say\na.png,good\nb.png,bad\n");
    bad = run(manifest, "say");
    assertThat(bad.tally().ok()).isEqualTo(1);
  }

  private String table() {
    return "delta.`" + output().results() + "`";
  }

  private void anotherRunAsksWhatWasTakenBack() {
    assertThat(texts("text")).containsExactly("good");
    assertThat(run(manifest, "say").tally().ok()).isEqualTo(1);
    assertThat(texts("text")).containsExactly("bad", "good");
    assertThat(run(manifest, "say").tally().ok()).isZero();
  }

  @Test
  void rowsOfARunAreDeleted() {
    spark.sql("DELETE FROM %s WHERE run_id = '%s'".formatted(table(), bad.runId())).count();

    anotherRunAsksWhatWasTakenBack();
  }

  @Test
  void theTableIsRestored() {
    long last =
        spark.sql("DESCRIBE HISTORY " + table()).selectExpr("max(version)").head().getLong(0);
    spark.sql("RESTORE TABLE %s TO VERSION AS OF %d".formatted(table(), last - 1)).count();

    anotherRunAsksWhatWasTakenBack();
  }
}
