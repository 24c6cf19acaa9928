package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.infer.FreshEngine;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.testing.SparkJobs;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a run makes of its rows. */
class RunJobTest extends EchoRuns {
  @BeforeEach
  void prepare() {
    task("say", "text");
    task("say_fields", "fields");
    task("say_boxes", "boxes");
    task("say_html", "html");
  }

  private Map<String, String> errorsByFile() {
    Map<String, String> errors = new HashMap<>();
    results("regexp_extract(uri, '[^/]*$', 0)", "error.type")
        .forEach(row -> errors.put(row.getString(0), row.getString(1)));
    return errors;
  }

  @Test
  void picturesPagesAndColumnsBecomeRows() {
    files.picture("in/a.png", 60, 40);
    files.pdf("in/b.pdf", 3);
    Path manifest =
        files.text("in/m.csv", "id,uri,say,customer\n7,a.png,hi,Smith\n8,b.pdf,page text,\n");

    Run run = run(manifest, "say");

    assertThat(run.requests()).isEqualTo(4);
    assertThat(run.tally().ok()).isEqualTo(4);
    assertThat(run.tally().errors()).isZero();
    assertThat(run.tally().promptTokens()).isEqualTo(40);
    assertThat(run.tally().completionTokens()).isEqualTo(12);
    assertThat(
            results(
                "concat_ws('|', source_id, part.kind, part.page, status, text, labels['customer'],"
                    + " image.width, image.height, image.resized_width, finish_reason)"))
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder(
            "7|image|ok|hi|Smith|60|40|30|stop",
            "8|page|1|ok|page text|144|72|72|stop",
            "8|page|2|ok|page text|144|72|72|stop",
            "8|page|3|ok|page text|144|72|72|stop");
    assertThat(spark.read().format("delta").load(output().runs()).count()).isEqualTo(1);
  }

  @Test
  void theRunTellsHowBusyTheEngineWas() {
    files.picture("in/a.png", 60, 40);
    files.pdf("in/b.pdf", 3);
    Path manifest = files.text("in/m.csv", "uri\na.png\nb.pdf\n");

    Run run = run(manifest, "say");
    Run again = run(manifest, "say");

    assertThat(run.occupancy().decodeSteps()).isEqualTo(12);
    assertThat(RunSummary.of(run))
        .contains("model busy 50 % of 0.1 s with 2.0 rows at once, 2.0 waiting");
    assertThat(RunSummary.of(again)).doesNotContain("busy");
    assertThat(
            spark
                .read()
                .format("delta")
                .load(output().runs())
                .orderBy("started_at")
                .selectExpr(
                    "concat_ws('|', device_seconds, occupancy.model_share,"
                        + " occupancy.mean_live_rows, occupancy.decode_steps)")
                .collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("0.06|0.5|2.0|12", "0.0|0.0|0.0|0");
  }

  @Test
  void otherWaysThanTheReferencesAreOtherRequestsAndStandInTheRow() {
    files.pictureOnItsSide("in/a.png", 60, 40);
    Path manifest =
        files.text(
            "in/m.jsonl",
            """
            {"uri": "a.png", "say": "[{\\"bbox_2d\\": [0, 0, 20, 30], \\"label\\": \\"all\\"}]"}
            """);
    RunRequest request = request(manifest, Retry.TRANSIENT, "say_boxes");

    run(request, Map.of());
    FreshEngine.forget();
    Run upright =
        run(
            request,
            Map.of(
                "spark.qwenvl.media.applyExifOrientation", "true",
                "spark.qwenvl.video.positions", "hf-5.17"));

    assertThat(upright.tally().ok()).isEqualTo(1);
    assertThat(
            results(
                "concat_ws('|', image.width, image.height, array_join(get(boxes, 0).bbox, ' '),"
                    + " model.preprocessor)"))
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder(
            "60|40|0 0 40 40|qwen-vl-utils/pillow",
            "40|60|0 0 40 60|qwen-vl-utils/pillow exif_orientation video_positions=int_grid");
  }

  @Test
  void theTableHasTheColumnsThatUsersRelyOn() {
    files.picture("in/a.png", 60, 40);
    run(folder.resolve("in"), "say");

    assertThat(spark.read().format("delta").load(output().results()).schema())
        .isEqualTo(ResultsTable.SCHEMA);
    assertThat(ResultsTable.SCHEMA.fieldNames())
        .containsExactly(
            ("request_key run_id source_id uri part task status error text json elements fields"
                    + " boxes moments finish_reason image usage timing quality model prompt_sha"
                    + " labels created_at text_layer document checks dpi commit_seq")
                .split(" "));
  }

  @Test
  void everyBrokenFileEndsAsOneTypedRowAndTheOthersSucceed() {
    files.picture("in/good.png", 60, 40);
    files.empty("in/empty.png");
    files.truncatedPicture("in/truncated.png");
    files.encryptedPdf("in/encrypted.pdf");
    files.text("in/text.jpg", "I am no picture.");
    files.text("in/broken.pdf", "%PDF-1.7 and nothing else");
    Path manifest =
        files.text(
            "in/m.txt",
            "good.png\nempty.png\ntruncated.png\nencrypted.pdf\ntext.jpg\nbroken.pdf\nmissing.png\ns3a:///x\n");

    Run run = run(manifest, "say");

    assertThat(errorsByFile())
        .containsEntry("good.png", null)
        .containsEntry("empty.png", "CORRUPT_MEDIA")
        .containsEntry("truncated.png", "CORRUPT_MEDIA")
        .containsEntry("encrypted.pdf", "ENCRYPTED_DOCUMENT")
        .containsEntry("text.jpg", "UNSUPPORTED_MEDIA")
        .containsEntry("broken.pdf", "CORRUPT_MEDIA")
        .containsEntry("missing.png", "NOT_FOUND")
        .containsEntry("x", "INVALID_REQUEST")
        .hasSize(8);
    assertThat(run.tally().ok()).isEqualTo(1);
    assertThat(run.tally().errors()).isEqualTo(7);
  }

  @Test
  void aRowThatNamesNothingOrAnUnknownTaskIsAnInvalidRequest() {
    files.picture("in/a.png", 60, 40);
    Path manifest =
        files.text(
            "in/m.jsonl",
            "{\"uri\": \"a.png\"}\n{\"id\": 4}\n{\"uri\": \"a.png\", \"task\": \"dance\"}\n");

    Run run = run(manifest, "say");

    assertThat(run.tally().errorsByType()).containsExactly(Map.entry("INVALID_REQUEST", 2L));
    assertThat(run.tally().ok()).isEqualTo(1);
  }

  @Test
  void aTaskThatDoesNotReadThisKindOfFileSaysSo() {
    files.pdf("in/a.pdf", 1);
    run(folder.resolve("in"), "video_caption");

    assertThat(results("error.type", "error.message"))
        .extracting(Row::mkString)
        .containsExactly("INVALID_REQUESTTask video_caption reads [video], this is a pdf");
  }

  @Test
  void anAnswerThatCannotBeReadKeepsItsText() {
    files.picture("in/a.png", 60, 40);
    Path manifest = files.text("in/m.csv", "uri,say\na.png,I cannot see any field.\n");

    run(manifest, "say_fields");

    Row row = results("status", "error.type", "text", "usage.completion_tokens").get(0);
    assertThat(row.getString(0)).isEqualTo("error");
    assertThat(row.getString(1)).isEqualTo("OUTPUT_UNPARSABLE");
    assertThat(row.getString(2)).isEqualTo("I cannot see any field.");
    assertThat(row.getInt(3)).isEqualTo(3);
  }

  @Test
  void fieldsBecomeAMapAndJson() {
    files.picture("in/a.png", 60, 40);
    Path manifest =
        files.text(
            "in/m.jsonl",
            "{\"uri\": \"a.png\", \"say\": \"```json\\n{\\\"total\\\": 8.50, \\\"tax\\\": null}\\n```\"}\n");

    run(manifest, "say_fields");

    Row row = results("fields['total']", "map_contains_key(fields, 'tax')", "json").get(0);
    assertThat(row.getString(0)).isIn("8.5", "8.50");
    assertThat(row.getBoolean(1)).isTrue();
    assertThat(row.getString(2)).startsWith("{\"total\":");
  }

  @Test
  void boxesAndElementsAreInPixelsOfTheOriginal() {
    files.picture("in/a.png", 60, 40);
    Path manifest =
        files.text(
            "in/m.jsonl",
            """
            {"uri": "a.png", "task": "say_boxes", "say": "[{\\"bbox_2d\\": [1, 2, 30, 20], \\"label\\": \\"cup\\"}]"}
            {"uri": "a.png", "task": "say_html", "say": "<p data-bbox=\\"1 2 30 20\\">Hi</p>"}
            """);

    run(manifest, "say");

    assertThat(
            results("get(boxes, 0).bbox", "get(boxes, 0).label").stream()
                .filter(r -> !r.isNullAt(0)))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.<Integer>getList(0)).containsExactly(2, 4, 60, 40);
              assertThat(row.getString(1)).isEqualTo("cup");
            });
    assertThat(
            results(
                    "get(elements, 0).bbox",
                    "get(elements, 0).bbox_resized",
                    "get(elements, 0).text")
                .stream()
                .filter(r -> !r.isNullAt(0)))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.<Integer>getList(0)).containsExactly(2, 4, 60, 40);
              assertThat(row.<Integer>getList(1)).containsExactly(1, 2, 30, 20);
              assertThat(row.getString(2)).isEqualTo("Hi");
            });
  }

  @Test
  void aBugEndsAsInternalAndNothingOfTheDocumentIsTold() {
    files.picture("in/a.png", 60, 40);
    files.picture("in/b.png", 60, 40);
    Path manifest =
        files.text("in/m.csv", "uri,say\na.png,%s\nb.png,fine\n".formatted(EchoEngine.BUG));

    Run run = run(manifest, "say");

    assertThat(run.tally().ok()).isEqualTo(1);
    assertThat(results("error.type", "error.message", "error.retryable"))
        .extracting(Row::mkString)
        .contains("INTERNALjava.lang.IllegalStateExceptiontrue")
        .noneMatch(row -> row.contains(EchoEngine.SECRET));
  }

  @Test
  void aLimitCountsManifestRows() {
    files.picture("in/a.png", 60, 40);
    files.picture("in/b.png", 60, 40);
    RunRequest all = request(folder.resolve("in"), Retry.TRANSIENT, "say", "say_html");
    RunRequest one =
        new RunRequest(
            all.manifest(),
            all.model(),
            all.output(),
            all.tasks(),
            all.prompt(),
            all.taskFolder(),
            all.retry(),
            OptionalInt.of(1));

    assertThat(run(one, Map.of()).requests()).isEqualTo(2);
  }

  @Test
  void thePromptTaskAsksWhatTheRunSays() {
    files.picture("in/a.png", 60, 40);
    RunRequest plain = request(folder.resolve("in"), Retry.TRANSIENT, "prompt");
    RunRequest asking =
        new RunRequest(
            plain.manifest(),
            plain.model(),
            plain.output(),
            plain.tasks(),
            Optional.of("What is black?"),
            plain.taskFolder(),
            plain.retry(),
            plain.limit());

    run(asking, Map.of());

    assertThat(results("text"))
        .extracting(row -> row.getString(0))
        .containsExactly("What is black?");
  }

  @Test
  void thePromptTaskWithoutAPromptIsAnInvalidRequest() {
    files.picture("in/a.png", 60, 40);
    int asked = EchoEngine.asked();

    run(folder.resolve("in"), "prompt");

    assertThat(EchoEngine.asked()).isEqualTo(asked);
    assertThat(results("error.type", "error.message"))
        .extracting(row -> row.mkString(": "))
        .containsExactly(
            "INVALID_REQUEST: Task prompt asks what the manifest's column prompt says, and this row has none");
  }

  @Test
  void anEmptyManifestIsARunOfNothing() {
    Run run = run(files.text("in/m.txt", "\n"), "say");

    assertThat(run.requests()).isZero();
    assertThat(results("request_key")).isEmpty();
  }

  @Test
  void whatCannotWorkIsRefusedBeforeTheFirstSparkTask() throws IOException {
    files.picture("in/a.png", 60, 40);
    Path in = folder.resolve("in");
    try (SparkJobs jobs = new SparkJobs(spark)) {
      assertThatThrownBy(
              () -> run(request(in, Retry.TRANSIENT, "say"), Map.of("spark.qwenvl.pdf.dpi", "x")))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("spark.qwenvl.pdf.dpi");
      assertThatThrownBy(() -> run(in, "orc"))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("No task \"orc\"");
      assertThatThrownBy(() -> run(folder.resolve("missing.csv"), "say"))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("nothing is there");
      Progress silent = new Progress(System.err, Progress.Style.SILENT);
      assertThatThrownBy(
              () ->
                  new RunJob(spark, ModelAccess.qwenVl(), silent)
                      .run(request(in, Retry.TRANSIENT, "say"), new Settings(Map.of())))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("no-model-needed");
      assertThat(jobs.tasks()).isZero();
    }
    assertThat(Files.exists(folder.resolve("out"))).isFalse();
  }

  @Test
  void sqlKnowsResultsRunsAndFunctions() {
    files.picture("in/a.png", 60, 40);
    run(folder.resolve("in"), "say");

    assertThat(
            new SqlJob(spark)
                .query(
                    output(),
                    "SELECT r.text, u.ok, qwenvl_cer(r.text, 'hello') FROM results r JOIN runs u"
                        + " USING (run_id)")
                .collectAsList())
        .extracting(row -> row.mkString(" "))
        .containsExactly("hello 1 0.0");
    assertThatThrownBy(() -> new SqlJob(spark).query(new OutputFolder(folder + "/no"), "SELECT 1"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageStartingWith("No results in " + folder + "/no");
  }
}
