package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.job.PlanJob.Planned;
import io.github.qwenvlspark.pipeline.plan.PlanSummary;
import io.github.qwenvlspark.pipeline.plan.PlanSummary.Kind;
import io.github.qwenvlspark.pipeline.plan.PlanSummary.Refusal;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a plan says before anything is asked. */
class PlanRunTest extends EchoRuns {
  @BeforeEach
  void prepare() {
    task("say", "text");
  }

  private Planned plan(Path manifest, OptionalDouble tokensPerSecond) {
    PrintStream out = new PrintStream(console, true, StandardCharsets.UTF_8);
    return new PlanJob(spark, EchoEngine.access(), new Progress(out, Progress.Style.SILENT))
        .plan(
            new PlanJob.Request(
                manifest.toString(),
                "no-model-needed",
                Optional.of(output()),
                List.of("say"),
                Optional.empty(),
                Optional.of(folder.resolve("tasks")),
                Retry.TRANSIENT,
                OptionalInt.empty(),
                tokensPerSecond),
            new Settings(Map.of("spark.qwenvl.media.maxPixels", "1000000")));
  }

  @Test
  void aPlanCountsDocumentsTokensRepeatsAndRefusalsAndAsksNothing() {
    files.picture("in/a.png", 280, 560);
    files.picture("in/huge.png", 1200, 1000);
    files.pdf("in/b.pdf", 3);
    files.empty("in/empty.png");
    Path manifest = files.text("in/m.txt", "a.png\na.png\nhuge.png\nb.pdf\nempty.png\ngone.png\n");
    int asked = EchoEngine.asked();

    Planned planned = plan(manifest, OptionalDouble.of(100));

    PlanSummary summary = planned.summary();
    assertThat(EchoEngine.asked()).isEqualTo(asked);
    assertThat(output().results()).satisfies(path -> assertThat(Path.of(path)).doesNotExist());
    assertThat(summary.kinds())
        .containsExactly(
            new Kind("document", 2, 2), new Kind("image", 2, 2), new Kind("page", 1, 3));
    assertThat(List.of(summary.rows(), summary.open(), summary.repeated(), summary.answered()))
        .containsExactly(8L, 7L, 1L, 0L);
    // 280 x 560 are 10 x 20 tokens; a page of 144 x 72 pixels is 5 x 3.
    assertThat(summary.visualTokens()).isEqualTo(200 + 3 * 15);
    assertThat(summary.refusals())
        .extracting(Refusal::type, Refusal::sure, Refusal::requests)
        .containsExactlyInAnyOrder(
            tuple("CORRUPT_MEDIA", true, 1L),
            tuple("NOT_FOUND", true, 1L),
            tuple("TOO_LARGE", false, 1L));
    String text = new PlanText(planned, 2, OptionalDouble.of(1.5)).text();
    assertThat(text)
        .contains("8 requests = 7 to ask + 0 answered before + 1 named more than once")
        .contains("1  PDFs and TIFFs of several pages with 3 pages")
        .contains("1  TOO_LARGE *, such as " + folder.resolve("in/huge.png"))
        .contains("with 2 executors at 100 prompt tokens a second each (as given); price ");
  }

  @Test
  void whatIsAnsweredIsLeftOutAndTheSpeedIsThatOfTheLastRuns() {
    files.picture("in/a.png", 280, 560);
    files.picture("in/b.png", 280, 560);
    run(folder.resolve("in"), "say");
    files.picture("in/c.png", 280, 560);

    Planned planned = plan(folder.resolve("in"), OptionalDouble.empty());

    assertThat(planned.summary().answered()).isEqualTo(2);
    assertThat(planned.summary().open()).isEqualTo(1);
    assertThat(planned.measured()).isTrue();
    assertThat(new PlanText(planned, 1, OptionalDouble.empty()).json())
        .contains("\"open\" : 1", "\"answered\" : 2", "\"price\" : null");
  }
}
