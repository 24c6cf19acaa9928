package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.testing.DefaultSettings;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows of whole runs, to look at. */
class ShowJobTest extends EchoRuns {
  @BeforeEach
  void read() {
    task("say", "text");
    task("layout", "html");
    files.text(
        "tasks/find.yaml",
        """
        task: find
        media: [image]
        answer: boxes
        prompt: '[{"point_2d": [5, 10], "label": "button"}]'
        """);
    files.picture("in/a.png", 60, 40);
    files.pdf("in/b.pdf", 2);
    run(
        files.text(
            "in/m.jsonl",
            """
            {"uri": "a.png", "task": "find"}
            {"uri": "a.png", "task": "layout", "say": "<h1 data-bbox='1 2 3 4'>Top</h1><script>x()</script>"}
            {"uri": "b.pdf", "task": "say", "say": "<script>x()</script>"}
            """),
        "say");
  }

  private String show(ShowRequest request) throws IOException {
    StringWriter html = new StringWriter();
    new ShowJob(spark, DefaultSettings.get()).write(output(), request, html);
    return html.toString();
  }

  private static ShowRequest document(String uri, int page) {
    return new ShowRequest(
        Optional.empty(), Optional.of(uri), page == 0 ? OptionalInt.empty() : OptionalInt.of(page));
  }

  @Test
  void aDocumentIsShownByTheNameOfItsFileWithAllItsAnswers() throws IOException {
    assertThat(show(document("a.png", 0)))
        .contains(
            "data:image/png;base64,",
            "<circle cx=\"10\" cy=\"20\"",
            "<rect x=\"2\" y=\"4\" width=\"4\" height=\"4\">",
            "<h1>Top</h1>",
            "10 read, 4 of them seen; 3 written",
            "mean logprob -0.5000, min logprob -1.0000",
            "echo, fp32, cpu, fingerprint 0123456789ab")
        .doesNotContain("<script>");
  }

  @Test
  void aPageIsShownByItsNumber() throws IOException {
    assertThat(show(document("b.pdf", 2)))
        .contains("<small>· page 2</small>", "&lt;script&gt;x()&lt;/script&gt;")
        .doesNotContain("<script>");
  }

  @Test
  void aRowIsShownByItsKey() throws IOException {
    String key =
        results("request_key", "task").stream()
            .filter(row -> row.getString(1).equals("layout"))
            .findFirst()
            .orElseThrow()
            .getString(0);

    assertThat(show(new ShowRequest(Optional.of(key), Optional.empty(), OptionalInt.empty())))
        .contains(key, "<h1>Top</h1>")
        .doesNotContain("<circle");
  }

  @Test
  void whatIsNotClearIsAskedAndWhatIsNotThereIsSaid() {
    assertThatThrownBy(() -> show(document("b.pdf", 0)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContainingAll("b.pdf page 1", "b.pdf page 2", "--page");
    assertThatThrownBy(() -> show(document("c.pdf", 0)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("is c.pdf");
  }

  @Test
  void theHeadOfAReportTellsSpeedQualityAndTheLeastCertain() throws IOException {
    new SqlJob(spark).query(output(), "SELECT 1");

    var summary = TableSummary.of("out", spark.table("results"), spark.table("runs"), 10);

    assertThat(summary.tiles())
        .containsEntry("answers", "4")
        .containsEntry("pages, pictures, clips", "3")
        .containsKeys("pages a second", "tokens written a second", "model busy");
    assertThat(summary.tasks())
        .extracting(task -> task.task() + " " + task.rows() + " " + task.confidence())
        .containsExactly("find 1 60.7 %", "layout 1 60.7 %", "say 2 60.7 %");
    assertThat(summary.worst()).hasSize(4).first().extracting("confidence").isEqualTo("60.7 %");
    assertThat(summary.subtitle()).startsWith("echo, fingerprint 0123456789ab, run ");
  }
}
