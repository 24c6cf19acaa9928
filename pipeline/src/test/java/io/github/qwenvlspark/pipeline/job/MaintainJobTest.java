package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.job.MaintainJob.Report;
import io.github.qwenvlspark.pipeline.job.MaintainJob.TableReport;
import io.github.qwenvlspark.pipeline.job.MaintainJob.Wanted;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MaintainJobTest extends EchoRuns {
  private static final String CHECK = "spark.databricks.delta.retentionDurationCheck.enabled";
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Duration DAY = Duration.ofDays(1);

  @BeforeEach
  void prepare() {
    task("say", "text");
    files.picture("in/a.png", 60, 40);
    run(folder.resolve("in"), "say");
    for (String other : new String[] {"b", "c"}) {
      spark
          .read()
          .format("delta")
          .load(output().results())
          .limit(1)
          .withColumn("request_key", functions.lit(other))
          .write()
          .format("delta")
          .mode("append")
          .save(output().results());
    }
  }

  @AfterEach
  void restore() {
    spark.conf().unset(CHECK);
  }

  private Report maintain(Wanted wanted) {
    return new MaintainJob(spark).run(output(), wanted);
  }

  private TableReport results(Report report) {
    return report.tables().get(0);
  }

  private long files() {
    return spark
        .sql("DESCRIBE DETAIL delta.`%s`".formatted(output().results()))
        .select("numFiles")
        .head()
        .getLong(0);
  }

  @Test
  void smallFilesBecomeOneAndRowsStayWhatTheyAre() {
    long before = files();
    assertThat(before).isGreaterThanOrEqualTo(3);

    Report report = maintain(new Wanted(WEEK, DAY, false, false));

    assertThat(report.tables()).extracting(TableReport::table).containsExactly("results", "runs");
    assertThat(results(report).files()).isEqualTo(before);
    assertThat(results(report).into()).isEqualTo(1);
    assertThat(files()).isEqualTo(1);
    assertThat(texts("text")).containsExactly("hello", "hello", "hello");
    assertThat(run(folder.resolve("in"), "say").skipped()).isEqualTo(1);
  }

  @Test
  void filesOfOldVersionsGoOnceNobodyCanReadThem() throws IOException {
    spark.conf().set(CHECK, "false");
    maintain(new Wanted(WEEK, DAY, false, false));
    long there = parquetFiles();

    Report report = maintain(new Wanted(Duration.ZERO, DAY, false, false));

    assertThat(results(report).removed()).isEqualTo(there - 1).isPositive();
    assertThat(parquetFiles()).isEqualTo(1);
  }

  private long parquetFiles() throws IOException {
    try (var files = Files.list(Path.of(output().results()))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    }
  }

  @Test
  void aRetentionThatIsNotSafeIsRefused() {
    assertThatThrownBy(() -> maintain(new Wanted(DAY, DAY, false, false)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("--retain-hours 24: below 168")
        .hasMessageContaining(CHECK);
  }

  @Test
  void aDryRunChangesNothing() throws IOException {
    spark.conf().set(CHECK, "false");
    maintain(new Wanted(WEEK, DAY, false, false));
    deadRun("dead", 48);
    long there = parquetFiles();

    Report report = maintain(new Wanted(Duration.ZERO, DAY, true, true));

    assertThat(results(report).removed()).isEqualTo(there - 1);
    assertThat(report.deadRuns()).containsExactly("dead");
    assertThat(parquetFiles()).isEqualTo(there);
    assertThat(folder.resolve("out/_staging/dead")).exists();
  }

  @Test
  void clusteredTablesTakeAppendsAndReplacementsAsBefore() {
    maintain(new Wanted(WEEK, DAY, true, false));
    files.empty("in/d.png");
    run(folder.resolve("in"), "say");
    run(request(folder.resolve("in"), Retry.ALL_ERRORS, "say"), Map.of());
    maintain(new Wanted(WEEK, DAY, false, false));

    assertThat(
            spark
                .sql("DESCRIBE DETAIL delta.`%s`".formatted(output().results()))
                .selectExpr("array_join(clusteringColumns, ',')")
                .head()
                .getString(0))
        .isEqualTo("uri,task");
    assertThat(texts("status")).containsExactly("error", "ok", "ok", "ok");
  }

  private void deadRun(String id, long hoursAgo) throws IOException {
    Path file = files.text("out/_staging/%s/plan/part-0.parquet".formatted(id), "rows");
    FileTime time = FileTime.from(Instant.now().minus(Duration.ofHours(hoursAgo)));
    for (Path path = file; !path.endsWith("_staging"); path = path.getParent()) {
      Files.setLastModifiedTime(path, time);
    }
  }

  @Test
  void whatDeadRunsLeftGoesAndWhatIsAliveStays() throws IOException {
    deadRun("dead", 48);
    deadRun("alive", 48);
    files.text("out/_staging/alive/alive-PT1M", "");

    assertThat(maintain(new Wanted(WEEK, DAY, false, false)).deadRuns()).containsExactly("dead");

    assertThat(folder.resolve("out/_staging/dead")).doesNotExist();
    assertThat(folder.resolve("out/_staging/alive/plan")).exists();
  }

  @Test
  void aTableThatThisVersionDoesNotKnowIsNotTouched() {
    spark.sql(
        "ALTER TABLE delta.`%s` ADD COLUMNS (from_the_future STRING)"
            .formatted(output().results()));
    long before = files();

    assertThatThrownBy(() -> maintain(new Wanted(WEEK, DAY, false, false)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("from_the_future")
        .hasMessageContaining("nothing was touched");
    assertThat(files()).isEqualTo(before);
  }
}
