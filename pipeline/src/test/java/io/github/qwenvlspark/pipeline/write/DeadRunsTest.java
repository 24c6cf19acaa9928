package io.github.qwenvlspark.pipeline.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which runs count as dead, and what is removed of them. */
class DeadRunsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path folder;

  private Path file(String name, Duration age) throws IOException {
    Path file = folder.resolve("_staging").resolve(name);
    Files.createDirectories(file.getParent());
    Files.createFile(file);
    aged(file, age);
    return file;
  }

  private static void aged(Path path, Duration age) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(NOW.minus(age)));
  }

  private DeadRuns dead(Duration leastSilence) throws IOException {
    return DeadRuns.of(
        FileSystem.getLocal(new Configuration()),
        new org.apache.hadoop.fs.Path(folder.resolve("_staging").toUri()),
        NOW,
        leastSilence);
  }

  private List<String> deadIds() throws IOException {
    return dead(Duration.ZERO).ids();
  }

  @Test
  void eachRunIsJudgedByItsOwnInterval() throws IOException {
    file("rare/alive-PT1H", Duration.ofHours(14));
    file("often/alive-PT1S", Duration.ofSeconds(14));
    file("silent/alive-PT1S", Duration.ofSeconds(16));
    file("long-silent/alive-PT1H", Duration.ofHours(16));

    assertThat(deadIds()).containsExactly("long-silent", "silent");
  }

  @Test
  void aFileThatIsNoSignStopsNobody() throws IOException {
    file("run/alive-and-well.txt", Duration.ofMinutes(14));
    file("old/alive-and-well.txt", Duration.ofMinutes(16));

    assertThat(deadIds()).containsExactly("old");
  }

  @Test
  void aRunThatWritesNothingButItsSignsIsAlive() throws IOException {
    aged(file("run/plan/part-0.parquet", Duration.ZERO).getParent(), Duration.ofDays(2));
    aged(folder.resolve("_staging/run/plan/part-0.parquet"), Duration.ofDays(2));
    file("run/alive-PT1M", Duration.ofSeconds(10));
    aged(folder.resolve("_staging/run"), Duration.ofDays(2));

    assertThat(deadIds()).isEmpty();
  }

  @Test
  void whoeverLooksMayWaitLongerAndNeverShorter() throws IOException {
    file("run/alive-PT1M", Duration.ofMinutes(20));
    file("rare/alive-PT1H", Duration.ofHours(14));

    assertThat(dead(Duration.ofMinutes(19)).ids()).containsExactly("run");
    assertThat(dead(Duration.ofMinutes(21)).ids()).isEmpty();
  }

  @Test
  void aFolderWithoutASignCountsByItsNewestFile() throws IOException {
    file("old/plan/part-0.parquet", Duration.ofMinutes(16));
    file("young/plan/part-0.parquet", Duration.ofHours(2));
    file("young/plan/part-1.parquet", Duration.ofMinutes(14));

    assertThat(deadIds()).containsExactly("old");
  }

  @Test
  void anEmptyFolderCountsByItsOwnTime() throws IOException {
    aged(Files.createDirectories(folder.resolve("_staging/old")), Duration.ofMinutes(16));
    aged(Files.createDirectories(folder.resolve("_staging/young")), Duration.ofMinutes(14));

    assertThat(deadIds()).containsExactly("old");
  }

  @Test
  void whereNoRunWasEverNoneIsDead() throws IOException {
    assertThat(deadIds()).isEmpty();
  }

  @Test
  void lookingRemovesNothingAndRemovingLeavesTheLivingAlone() throws IOException {
    file("dead/alive-PT1S", Duration.ofMinutes(1));
    file("alive/alive-PT1M", Duration.ofMinutes(1));

    DeadRuns dead = dead(Duration.ZERO);
    assertThat(folder.resolve("_staging/dead")).exists();
    dead.remove();

    assertThat(folder.resolve("_staging").toFile().list()).containsExactly("alive");
  }

  @Test
  void aNewRunRemovesTheDeadAndLeavesThoseOfLongerIntervals() throws IOException {
    Duration age = Duration.between(Instant.now().minus(Duration.ofHours(1)), NOW);
    file("dead/alive-PT1M", age);
    file("rare/alive-PT1H", age);
    OutputFolder output = new OutputFolder(folder.toString());

    try (Staging staging =
        Staging.open(LocalSpark.session(), output, "new", Duration.ofMillis(20))) {
      assertThat(Path.of(staging.location("plan")).getParent()).isDirectory();
      assertThat(folder.resolve("_staging").toFile().list())
          .containsExactlyInAnyOrder("new", "rare");
    }
    assertThat(folder.resolve("_staging").toFile().list()).containsExactly("rare");
  }
}
