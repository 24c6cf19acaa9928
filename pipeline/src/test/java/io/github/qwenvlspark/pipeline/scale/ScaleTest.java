package io.github.qwenvlspark.pipeline.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.infer.FreshEngine;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exact counts over many rows. Small where nothing is said; larger with {@code
 * -Dscale.folders=1000}, and with figures by {@link ScaleRun}.
 */
class ScaleTest {
  private static final int FOLDERS = Integer.getInteger("scale.folders", 4);
  private static final int FILES = Integer.getInteger("scale.files", 250);

  @TempDir Path folder;

  @BeforeEach
  @AfterEach
  void forget() {
    FreshEngine.forget();
  }

  private ScaleRun scale(String output) {
    return new ScaleRun(
        LocalSpark.session(), FOLDERS + "x" + FILES, folder.resolve(output).toString());
  }

  @Test
  void everyRowIsAnsweredOnceAndARerunAsksNothing() {
    long rows = (long) FOLDERS * FILES;
    ScaleRun scale = scale("asked");

    Run run = scale.run();

    assertThat(run.requests()).isEqualTo(rows);
    assertThat(run.tally().ok()).isEqualTo(rows);
    assertThat(scale.counts()).containsExactly(rows, rows);

    int asked = EchoEngine.asked();
    Run rerun = scale.run();
    assertThat(EchoEngine.asked()).isEqualTo(asked);
    assertThat(rerun.skipped()).isEqualTo(rows);
    assertThat(scale.counts()).containsExactly(rows, rows);
  }

  @Test
  void aFinishedManifestIsSkippedWhoeverAnsweredIt() {
    long rows = (long) FOLDERS * FILES;
    ScaleRun scale = scale("answered");
    scale.answer();
    int asked = EchoEngine.asked();

    Run run = scale.run();

    assertThat(EchoEngine.asked()).isEqualTo(asked);
    assertThat(run.requests()).isEqualTo(rows);
    assertThat(run.skipped()).isEqualTo(rows);
  }
}
