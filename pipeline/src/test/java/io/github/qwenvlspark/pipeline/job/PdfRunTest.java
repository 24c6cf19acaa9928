package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole runs over PDFs: pages, passwords, sizes and text layers. */
class PdfRunTest extends EchoRuns {
  private static final String FILE = "regexp_extract(uri, '[^/]*$', 0)";

  @BeforeEach
  void prepare() {
    files.text("tasks/say.yaml", "task: say\nmedia: [image, pdf]\nprompt: \"hi\"\n");
    files.text(
        "tasks/small.yaml", "task: small\nmedia: [pdf]\nprompt: \"hi\"\npdf_long_side: 792\n");
  }

  private Run run(Path manifest, Map<String, String> settings, String... tasks) {
    return run(request(manifest, Retry.ALL_ERRORS, tasks), settings);
  }

  @Test
  void theColumnPagesChoosesAndAWrongOneFailsAlone() {
    files.pdf("in/a.pdf", 9);
    files.pdf("in/b.pdf", 2);
    files.pdf("in/c.pdf", 2);
    files.pdf("in/d.pdf", 1);
    Path manifest =
        files.text("in/m.csv", "uri,pages\na.pdf,\"1-2,9\"\nb.pdf,3\nc.pdf,x\nd.pdf,\n");

    run(manifest, Map.of(), "say");

    assertThat(texts("concat_ws('|', " + FILE + ", part.kind, part.page, error.type)"))
        .containsExactly(
            "a.pdf|page|1",
            "a.pdf|page|2",
            "a.pdf|page|9",
            "b.pdf|document|INVALID_REQUEST",
            "c.pdf|document|INVALID_REQUEST",
            "d.pdf|page|1");
    assertThat(texts("error.message"))
        .anySatisfy(message -> assertThat(message).endsWith("the document has 2 pages"))
        .anySatisfy(message -> assertThat(message).contains("such as 1-3,7"));
  }

  @Test
  void aPageKeepsItsKeyWhetherItWasChosenOrNot() {
    files.pdf("in/a.pdf", 3);
    run(files.text("in/some.csv", "uri,pages\na.pdf,2\n"), Map.of(), "say");

    Run all = run(files.text("in/all.csv", "uri\na.pdf\n"), Map.of(), "say");

    assertThat(all.skipped()).isEqualTo(1);
    assertThat(all.tally().ok()).isEqualTo(2);
  }

  @Test
  void aPasswordOpensAndIsToldToNobody() throws IOException {
    files.encryptedPdf("in/column.pdf");
    files.encryptedPdf("in/setting.pdf");
    files.encryptedPdf("in/wrong.pdf");
    Path manifest =
        files.text(
            "in/m.csv",
            "uri,password,customer\ncolumn.pdf,user,Smith\nsetting.pdf,,Jones\nwrong.pdf,Kn0wnT0Nobody,Brown\n");

    run(manifest, Map.of("spark.qwenvl.pdf.password", "user"), "say");

    assertThat(texts("concat_ws('|', " + FILE + ", status, error.type)"))
        .containsExactly("column.pdf|ok", "setting.pdf|ok", "wrong.pdf|error|ENCRYPTED_DOCUMENT");
    assertThat(texts("to_json(labels)"))
        .containsExactly(
            "{\"customer\":\"Brown\"}", "{\"customer\":\"Jones\"}", "{\"customer\":\"Smith\"}");
    Row run = spark.read().format("delta").load(output().runs()).head();
    assertThat(run.<String, String>getJavaMap(run.fieldIndex("settings")))
        .containsEntry("spark.qwenvl.pdf.password", "***");
    assertThat(texts("to_json(struct(*))") + run.toString() + console)
        .doesNotContain("Kn0wnT0Nobody");
    try (Stream<Path> written = Files.walk(folder.resolve("out"))) {
      for (Path file : written.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as("%s", file)
            .doesNotContain("Kn0wnT0Nobody");
      }
    }
  }

  @Test
  void withoutAPasswordTheDocumentSaysThatItNeedsOne() {
    files.encryptedPdf("in/a.pdf");

    run(files.text("in/m.csv", "uri\na.pdf\n"), Map.of(), "say");

    assertThat(texts("error.message")).containsExactly("The PDF needs a password to be opened");
  }

  @Test
  void settingsAndTasksDecideTheSizeOfAPage() {
    files.pdfOf("in/letter.pdf", "Hello");
    Path manifest = files.text("in/m.csv", "uri\nletter.pdf\n");
    run(manifest, Map.of(), "say", "small");
    run(manifest, Map.of("spark.qwenvl.pdf.dpi", "300"), "say");
    run(manifest, Map.of("spark.qwenvl.pdf.longSide", "1288"), "say");

    assertThat(texts("concat_ws('|', task, image.width, image.height)"))
        .containsExactly("say|1224|1584", "say|2550|3299", "say|995|1288", "small|612|792");
    assertThat(texts("concat_ws('|', task, round(dpi, 1))"))
        .containsExactlyInAnyOrder("say|144.0", "say|300.0", "say|117.1", "small|72.0");
  }

  @Test
  void theTextLayerStandsBesideTheAnswer() {
    files.pdfOf("in/print.pdf", "hi there");
    files.pdf("in/blank.pdf", 1);
    files.picture("in/a.png", 60, 60);

    run(files.text("in/m.csv", "uri\nprint.pdf\nblank.pdf\na.png\n"), Map.of(), "say");

    assertThat(texts("text_layer")).containsExactly("", "NULL", "hi there");
    assertThat(
            new SqlJob(spark)
                .query(
                    output(),
                    "SELECT round(qwenvl_cer(text, text_layer), 2) FROM results WHERE text_layer != ''")
                .head()
                .getDouble(0))
        .isEqualTo(0.75);
  }

  @Test
  void theTextLayerCanBeLeftOut() {
    files.pdfOf("in/print.pdf", "Hello world");

    run(
        files.text("in/m.csv", "uri\nprint.pdf\n"),
        Map.of("spark.qwenvl.pdf.textLayer", "false"),
        "say");

    assertThat(texts("text_layer")).containsExactly("NULL");
  }

  @Test
  void aTableOfAnEarlierVersionGetsTheColumn() {
    files.pdfOf("in/old.pdf", "Old");
    files.pdfOf("in/new.pdf", "New");
    run(files.text("in/old.csv", "uri\nold.pdf\n"), Map.of(), "say");
    spark
        .read()
        .format("delta")
        .load(output().results())
        .drop("text_layer")
        .write()
        .format("delta")
        .mode("overwrite")
        .option("overwriteSchema", "true")
        .save(output().results());

    run(files.text("in/new.csv", "uri\nold.pdf\nnew.pdf\n"), Map.of(), "say");

    assertThat(texts("text_layer")).containsExactly("NULL", "New");
  }
}
