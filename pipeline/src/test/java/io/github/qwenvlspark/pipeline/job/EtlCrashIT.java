package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.etl.Comparison.Extent;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An extraction in a process of its own that is killed after any of its steps, as by {@code kill
 * -9}: the next run makes the tables that an undisturbed one would have made, and asks the model
 * nothing twice.
 */
@Tag("long")
class EtlCrashIT extends EtlRuns {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String REACHED = "reached";

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
  void theNextRunFinishesWhatWasKilled(Stop stop) throws Exception {
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
    int asked = EchoEngine.asked();
    int answers = answers();

    int askedByTheKilled = killedAt(stop);
    etl("in");

    assertThat(askedByTheKilled + EchoEngine.asked() - asked)
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

  /** Gives how often the process asked the model. */
  private int killedAt(Stop stop) throws IOException, InterruptedException {
    Path errors = file("killed.err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ", -1)));
    command.addAll(List.of("-Dspark.ui.enabled=false", "-Dspark.driver.host=127.0.0.1"));
    command.addAll(List.of("-Dspark.driver.bindAddress=127.0.0.1", "-Duser.timezone=UTC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Driver.class.getName()));
    command.addAll(List.of(folder.toString(), stop.step().name(), Integer.toString(stop.time())));
    Process driver =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(errors.toFile())
            .start();
    try {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!Files.exists(file(REACHED))) {
        assertThat(driver.isAlive() && System.nanoTime() < deadline)
            .as("the process reaches its step: %s", Files.readString(errors))
            .isTrue();
        Thread.sleep(50);
      }
    } finally {
      driver.destroyForcibly().waitFor();
    }
    return Integer.parseInt(Files.readString(file(REACHED)));
  }

  /** The process: once it is where it is to be killed it says so, and waits for that. */
  public static final class Driver extends EtlRuns {
    /** Takes the folder, the step and the how manieth time of it. */
    public static void main(String[] arguments) {
      Driver driver = new Driver();
      driver.folder = Path.of(arguments[0]);
      EtlStep last = EtlStep.valueOf(arguments[1]);
      int time = Integer.parseInt(arguments[2]);
      AtomicInteger times = new AtomicInteger();
      driver.etl(
          driver.request("in", Extent.CHANGES, EtlRequest.Emptied.REFUSED),
          step -> {
            if (step == last && times.incrementAndGet() == time) {
              driver.waitForDeath();
            }
          });
    }

    private void waitForDeath() {
      try {
        Files.writeString(file("draft"), Integer.toString(EchoEngine.asked()));
        Files.move(file("draft"), file(REACHED), StandardCopyOption.ATOMIC_MOVE);
        Thread.sleep(PATIENCE.toMillis());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
