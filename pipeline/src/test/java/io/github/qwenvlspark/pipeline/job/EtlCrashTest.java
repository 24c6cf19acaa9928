package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.etl.Comparison.Extent;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An extraction that is stopped after any of its steps, each time the step is done: the next run
 * makes the tables that an undisturbed one would have made, and asks the model nothing twice.
 */
@Tag("long")
class EtlCrashTest extends EtlRuns {
  /** The first time is a batch of the stream, the second one what the comparison found. */
  record Stop(EtlStep step, int time) {}

  static Stream<Stop> stops() {
    return Stream.of(
        new Stop(EtlStep.ANSWERED, 1),
        new Stop(EtlStep.FAILURES_MERGED, 2),
        new Stop(EtlStep.ROWS_MERGED, 2),
        new Stop(EtlStep.LOOKED_AT, 1),
        new Stop(EtlStep.STREAMED, 1),
        new Stop(EtlStep.COMPARED, 1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("stops")
  void theNextRunFinishesWhatWasStopped(Stop stop) throws IOException {
    files.pdf("in/changed.pdf", 3);
    files.pdf("in/broken.pdf", 1);
    files.picture("in/deleted.png", 60, 40);
    files.empty("in/mended.png");
    etl("in");
    // One run that has everything to do: new files by the stream, the rest by the comparison.
    files.picture("in/new.png", 60, 40);
    files.truncatedPicture("in/cut.png");
    files.pdf("in/changed.pdf", 2);
    files.text("in/broken.pdf", "no longer a document");
    Files.delete(file("in/deleted.png"));
    files.picture("in/mended.png", 60, 40);
    AtomicInteger times = new AtomicInteger();
    int asked = EchoEngine.asked();
    int answers = answers();

    assertThatThrownBy(
            () ->
                etl(
                    request("in", Extent.CHANGES, EtlRequest.Emptied.REFUSED),
                    step -> {
                      if (step == stop.step() && times.incrementAndGet() == stop.time()) {
                        throw new IllegalStateException("stopped");
                      }
                    }))
        .hasStackTraceContaining("IllegalStateException: stopped");
    etl("in");

    assertThat(EchoEngine.asked() - asked)
        .as("every answer was asked for once")
        .isEqualTo(answers() - answers);
    assertThat(bills())
        .containsExactly(
            "broken.pdf 1 ALPHA 1.50 alive",
            "changed.pdf 1 ALPHA 1.50 alive",
            "changed.pdf 2 ALPHA 1.50 alive",
            "changed.pdf 3 ALPHA 1.50 deleted",
            "deleted.png 0 ALPHA 1.50 deleted",
            "mended.png 0 ALPHA 1.50 alive",
            "new.png 0 ALPHA 1.50 alive");
    assertThat(failures("regexp_extract(uri, '[^/]+$', 0)", "error_type", "attempts"))
        .containsExactly("broken.pdf UNSUPPORTED_MEDIA 1", "cut.png CORRUPT_MEDIA 1");
    assertThat(file("out/_etl/bills/pending")).doesNotExist();
  }

  private int answers() {
    return rows("results", "request_key", "status = 'ok' AS ok").stream()
        .filter(row -> row.endsWith("true"))
        .toList()
        .size();
  }
}
