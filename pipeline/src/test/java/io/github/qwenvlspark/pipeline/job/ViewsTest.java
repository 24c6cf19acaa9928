package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the views make of the rows of whole runs. */
class ViewsTest extends EchoRuns {
  @BeforeEach
  void prepare() {
    task("say", "text");
    task("layout", "html");
  }

  private List<String> sql(String query) {
    return new SqlJob(spark)
        .query(output(), query).collectAsList().stream().map(ViewsTest::line).toList();
  }

  private static String line(Row row) {
    return row.mkString(" | ");
  }

  private static final String DOCUMENTS =
      "SELECT regexp_extract(uri, '[^/]*$', 0), text, parts, parts_ok, parts_failed, complete,"
          + " unreadable FROM documents ORDER BY uri, text";

  @Test
  void aDocumentIsItsPagesInOrder() {
    files.pdf("in/b.pdf", 3);
    files.picture("in/a.png", 60, 40);
    files.empty("in/c.png");
    run(files.text("in/m.csv", "uri,say\na.png,one\nb.pdf,page\nc.png,none\n"), "say");

    assertThat(sql(DOCUMENTS))
        .containsExactly(
            "a.png | one | 1 | 1 | 0 | true | null",
            "b.pdf | page\n\npage\n\npage | 3 | 3 | 0 | true | null",
            "c.png |  | 1 | 0 | 0 | false | CORRUPT_MEDIA");
    assertThat(
            sql(
                "SELECT read.page, read.text FROM documents LATERAL VIEW explode(texts) t AS read"
                    + " WHERE uri LIKE '%.pdf'"))
        .containsExactly("1 | page", "2 | page", "3 | page");
  }

  @Test
  void aChangedDocumentIsShownAsItIsNowWithoutThePagesThatItHasNoMore() throws IOException {
    Path pdf = files.pdf("in/b.pdf", 3);
    Path manifest = files.text("in/m.csv", "uri,say\nb.pdf,page\n");
    run(manifest, "say");
    Files.delete(pdf);
    files.pdf("in/b.pdf", 1);
    run(manifest, "say");

    assertThat(sql(DOCUMENTS)).containsExactly("b.pdf | page | 1 | 1 | 0 | true | null");
    assertThat(sql("SELECT count(*) FROM results")).containsExactly("4");
  }

  @Test
  void severalQuestionsAboutOneDocumentStayApart() {
    files.picture("in/a.png", 60, 40);
    run(files.text("in/m.csv", "uri,say\na.png,one\na.png,two\n"), "say");

    assertThat(sql("SELECT text FROM documents ORDER BY text")).containsExactly("one", "two");
  }

  @Test
  void elementsKeepTheirReadingOrder() {
    files.picture("in/a.png", 60, 40);
    run(
        files.text(
            "in/m.jsonl",
            """
            {"uri": "a.png", "say": "<body><h1 data-bbox='1 2 3 4'>Top</h1><p data-bbox='5 6 7 8'>Below</p></body>"}
            """),
        "layout");

    assertThat(
            sql(
                "SELECT reading_order, text, array_join(bbox, ',') FROM elements ORDER BY reading_order"))
        .containsExactly("1 | Top | 2,4,6,8", "2 | Below | 10,12,14,16");
  }

  @Test
  void failuresAreTheLatestStateAndGoWhenTheDocumentIsAnswered() throws IOException {
    files.empty("in/a.png");
    files.picture("in/b.png", 60, 40);
    Path manifest =
        files.text("in/m.csv", "uri,say\na.png,one\nb.png,%s\n".formatted(EchoEngine.BUG));
    run(manifest, "say");
    String failures =
        "SELECT regexp_extract(uri, '[^/]*$', 0), task, type, retryable, attempts, answered_at FROM failures ORDER BY uri";
    assertThat(sql(failures))
        .containsExactly(
            "a.png | say | CORRUPT_MEDIA | false | 1 | null",
            "b.png | say | INTERNAL | true | 1 | null");

    files.picture("in/a.png", 60, 40);
    run(manifest, "say");

    assertThat(sql(failures)).containsExactly("b.png | say | INTERNAL | true | 1 | null");
    assertThat(sql("SELECT count(*) FROM results WHERE status = 'error'")).containsExactly("2");
  }

  @Test
  void costIsToldByDayModelAndTaskAndTheEnginesTimeIsSharedOut() {
    files.picture("in/a.png", 60, 40);
    files.picture("in/b.png", 60, 40);
    files.empty("in/c.png");
    task("tell", "text");
    run(folder.resolve("in"), "say", "tell");

    assertThat(
            sql(
                "SELECT model, task, rows, ok, errors, prompt_tokens, visual_tokens, completion_tokens"
                    + " FROM cost_by_day ORDER BY task"))
        .containsExactly(
            "echo | say | 3 | 2 | 1 | 20 | 8 | 6", "echo | tell | 3 | 2 | 1 | 20 | 8 | 6");
    assertThat(
            sql(
                "SELECT count(*) FROM cost_by_day LEFT ANTI JOIN"
                    + " (SELECT to_date(created_at) AS day FROM results) USING (day)"))
        .containsExactly("0");
    assertThat(
            sql(
                "SELECT abs(sum(device_seconds) - (SELECT sum(device_seconds) FROM runs)) < 1e-9 FROM cost_by_day"))
        .containsExactly("true");
  }

  @Test
  void qualityIsToldByDayFolderAndTask() {
    files.picture("in/mail/a.png", 60, 40);
    files.picture("in/mail/b.png", 60, 40);
    files.empty("in/archive/c.png");
    run(folder.resolve("in"), "say");

    assertThat(
            sql(
                "SELECT regexp_extract(source, '[^/]*$', 0), task, rows, errors, loops, cut_off, mean_logprob"
                    + " FROM quality_by_source ORDER BY source"))
        .containsExactly(
            "archive | say | 1 | 1 | 0 | 0 | null", "mail | say | 2 | 0 | 0 | 0 | -0.5");
  }

  @Test
  void credentialsOfUrisAreNeverInTheTable() {
    Path manifest =
        files.text(
            "in/m.txt",
            "https://host/a.png?X-Amz-Signature=SECRET\ns3a://key:SECRET@bucket/a.png\n");
    run(request(manifest, Retry.TRANSIENT, "say"), Map.of());

    assertThat(sql("SELECT to_json(struct(*)) FROM results"))
        .hasSize(2)
        .allSatisfy(row -> assertThat(row).doesNotContain("SECRET").contains("?redacted="));
  }

  @Test
  void aDayIsHeldAgainstTheSevenDaysBefore() {
    files.picture("in/a.png", 60, 40);
    files.picture("in/b.png", 60, 40);
    run(files.text("in/m.csv", "uri,say\na.png,one\nb.png,two\n"), "say");
    String results = "delta.`%s`".formatted(output().results());
    spark.sql(
        "UPDATE %s SET created_at = created_at - INTERVAL 3 DAYS, quality = named_struct('mean_logprob', -0.1D, 'min_logprob', -1D) WHERE text = 'one'"
            .formatted(results));

    assertThat(
            sql(
                "SELECT day < (SELECT max(to_date(created_at)) FROM results), rows, mean_logprob, round(mean_logprob_change, 3) FROM quality_drift ORDER BY day"))
        .containsExactly("true | 1 | -0.1 | null", "false | 1 | -0.5 | -0.4");
  }
}
