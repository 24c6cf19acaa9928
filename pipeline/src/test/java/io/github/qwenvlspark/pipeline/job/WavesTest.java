package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.manifest.Manifest;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is committed when, and that no key is ever there twice. */
class WavesTest extends EchoRuns {
  private static final Map<String, String> ONE_BY_ONE =
      Map.of("spark.qwenvl.run.commitRequests", "1", "spark.qwenvl.engine.maxBatch", "1");

  @BeforeEach
  void prepare() {
    task("say", "text");
    task("other", "text");
  }

  private Path pictures(int count) {
    StringBuilder manifest = new StringBuilder("uri,say\n");
    for (int i = 0; i < count; i++) {
      files.picture("in/%d.png".formatted(i), 60 + i, 40);
      manifest.append("%d.png,%d\n".formatted(i, i));
    }
    return files.text("in/m.csv", manifest.toString());
  }

  private List<String> keys() {
    return texts("request_key");
  }

  @Test
  void aLongRunCommitsWaveByWave() {
    Run run = run(request(pictures(9), Retry.TRANSIENT, "say"), ONE_BY_ONE);

    assertThat(run.tally().ok()).isEqualTo(9);
    assertThat(results("max(commit_seq)", "count(distinct commit_seq)").get(0).getLong(0))
        .isGreaterThanOrEqualTo(2);
    assertThat(texts("text")).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8");
    assertThat(folder.resolve("out/_staging").toFile().list()).isEmpty();
  }

  @Test
  void twoRunsOfOneManifestAtATimeLeaveEachKeyOnce() {
    Path manifest = pictures(12);
    List<CompletableFuture<Run>> runs = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      runs.add(
          CompletableFuture.supplyAsync(
              () -> run(request(manifest, Retry.TRANSIENT, "say"), ONE_BY_ONE)));
    }
    List<Run> done = runs.stream().map(CompletableFuture::join).toList();

    assertThat(keys()).hasSize(12).doesNotHaveDuplicates();
    assertThat(done).allSatisfy(run -> assertThat(run.requests()).isEqualTo(12));
    assertThat(done.stream().mapToLong(run -> run.tally().ok()).sum()).isEqualTo(12);
  }

  @Test
  void twoRunsOfUnlikeTasksBothGetThrough() {
    Path manifest = pictures(6);
    CompletableFuture<Run> one =
        CompletableFuture.supplyAsync(
            () -> run(request(manifest, Retry.TRANSIENT, "say"), ONE_BY_ONE));
    Run two = run(request(manifest, Retry.TRANSIENT, "other"), ONE_BY_ONE);

    assertThat(one.join().tally().ok() + two.tally().ok()).isEqualTo(12);
    assertThat(keys()).hasSize(12).doesNotHaveDuplicates();
  }

  @Test
  void errorsThatTwoRunsAskAgainAreReplacedOnce() {
    files.picture("in/a.png", 60, 40);
    files.picture("in/b.png", 60, 40);
    Path manifest =
        files.text("in/m.csv", "uri,say\na.png,%s\nb.png,x\n".formatted(EchoEngine.OUT_OF_MEMORY));
    run(manifest, "say");

    CompletableFuture<Run> one = CompletableFuture.supplyAsync(() -> run(manifest, "say"));
    run(manifest, "say");
    one.join();

    assertThat(keys()).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void whoeverCalledGetsTheResultsOfAllItsRequests() {
    Path manifest = pictures(3);
    run(manifest, "say");
    List<Row> answers = new ArrayList<>();

    RunRequest request = request(manifest, Retry.TRANSIENT, "say");
    new RunJob(spark, EchoEngine.access(), new Progress(System.err, Progress.Style.SILENT))
        .run(
            new Manifest(spark).read(request.manifest(), request.tasks(), request.limit()),
            request,
            new Settings(Map.of()),
            rows -> answers.addAll(rows.select("text").collectAsList()));

    assertThat(answers)
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder("0", "1", "2");
  }

  @Test
  void aTableOfAnEarlierVersionGetsItsNewColumns() {
    Path manifest = pictures(2);
    run(manifest, "say");
    String old = output().results() + "-old";
    new ResultsTable(spark, output())
        .read()
        .drop("commit_seq", "text_layer")
        .write()
        .format("delta")
        .save(old);
    files.move("out/results-old", "out/results");
    files.picture("in/new.png", 60, 40);

    Run rerun = run(folder.resolve("in"), "say");

    assertThat(rerun.tally().ok()).isEqualTo(3);
    assertThat(results("commit_seq")).filteredOn(row -> row.isNullAt(0)).hasSize(2);
  }
}
