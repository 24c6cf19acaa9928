package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.job.MaintainJob.Wanted;
import io.github.qwenvlspark.pipeline.report.ReportSummary;
import io.github.qwenvlspark.pipeline.testing.DefaultSettings;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables that the first version wrote serve today's commands, and its rows stay. */
class FirstVersionTest extends EchoRuns {
  @BeforeEach
  void unpack() throws IOException {
    try (InputStream bytes = getClass().getResourceAsStream("/first-version/tables.zip");
        ZipInputStream zip = new ZipInputStream(bytes)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = Path.of(output().root(), entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
    task("say", "text");
  }

  private List<String> sql(String query) {
    return new SqlJob(spark)
        .query(output(), query).collectAsList().stream().map(row -> row.mkString(" | ")).toList();
  }

  @Test
  void aRunAddsItsRowsAndARerunKnowsThem() {
    files.picture("in/a.png", 60, 40);

    Run first = run(folder.resolve("in"), "say");
    Run again = run(folder.resolve("in"), "say");

    assertThat(first.tally().ok()).isEqualTo(1);
    assertThat(again.skipped()).isEqualTo(1);
    assertThat(sql("SELECT count(*), count(DISTINCT run_id), count(document) FROM results"))
        .containsExactly("7 | 2 | 1");
    assertThat(sql("SELECT count(*) FROM runs")).containsExactly("3");
    assertThat(sql("SELECT text FROM results WHERE source_id = 'n-0'"))
        .singleElement()
        .asString()
        .isNotEmpty();
  }

  @Test
  void theViewsShowItsRows() {
    assertThat(
            sql(
                "SELECT source_id, task, parts_ok, complete, unreadable FROM documents ORDER BY ALL"))
        .containsExactly(
            "b-0 | ocr | 0 | null | CORRUPT_MEDIA",
            "i-1 | document_parsing | 1 | null | null",
            "i-1 | key_information | 1 | null | null",
            "l-0 | ocr | 1 | null | null",
            "n-0 | ocr | 1 | null | null",
            "s-1 | grounding | 1 | null | null");
    assertThat(sql("SELECT source_id, type FROM failures")).containsExactly("b-0 | CORRUPT_MEDIA");
    assertThat(sql("SELECT count(*) > 0 FROM elements")).containsExactly("true");
    assertThat(sql("SELECT sum(rows), sum(ok) FROM cost_by_day")).containsExactly("6 | 5");
    assertThat(sql("SELECT source, sum(rows) FROM quality_by_source GROUP BY source"))
        .containsExactly("/documents | 6");
  }

  @Test
  void theReportShowsItsRows() throws IOException {
    Path file = folder.resolve("report.html");
    new ReportJob(spark, DefaultSettings.get())
        .write(
            new ResultsTable(spark, output()).read(),
            new ReportSummary("t", "s", Map.of(), Map.of(), List.of(), ""),
            20,
            file);

    assertThat(Files.readString(file)).contains("note-00.png", "broken-empty.png");
  }

  @Test
  void itIsMaintained() {
    var report =
        new MaintainJob(spark)
            .run(output(), new Wanted(Duration.ofDays(7), Duration.ofDays(1), true, false));

    assertThat(report.tables()).hasSize(2);
    assertThat(sql("SELECT count(*) FROM results")).containsExactly("6");
  }
}
