package io.github.qwenvlspark.pipeline.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  @TempDir Path folder;

  private final SparkSession spark = LocalSpark.session();

  /** A row of the manifest, as Java. */
  private record Line(String sourceId, String uri, String task, Map<String, String> labels) {
    static Line of(Row row) {
      return new Line(
          row.getString(0), row.getString(1), row.getString(2), Map.copyOf(row.getJavaMap(3)));
    }
  }

  private List<Line> read(Path manifest, String... tasks) {
    return new Manifest(spark)
        .read(manifest.toString(), List.of(tasks), OptionalInt.empty()).collectAsList().stream()
            .map(Line::of)
            .toList();
  }

  private Path write(String name, String text) {
    return new SampleFiles(folder).text(name, text);
  }

  @Test
  void aCsvNamesDocumentsAndEverythingElseIsALabel() {
    Path manifest =
        write(
            "m.csv",
            "id,uri,customer,fields\n"
                + "7,s3a://bucket/a.pdf,\"Smith, \"\"Jr\"\"\",\"{\"\"iban\"\": \"\"\"\", \"\"a\"\": 1}\"\n"
                + "8,/data/b.png,,\n");

    assertThat(read(manifest, "ocr"))
        .containsExactlyInAnyOrder(
            new Line(
                "7",
                "s3a://bucket/a.pdf",
                "ocr",
                Map.of("customer", "Smith, \"Jr\"", "fields", "{\"iban\": \"\", \"a\": 1}")),
            new Line("8", "/data/b.png", "ocr", Map.of()));
  }

  @Test
  void relativeUrisStandBesideTheManifest() {
    Path manifest = write("in/m.txt", "a.png\n\n  sub/b 1.png  \nfile:///data/c%20d.png\n");

    assertThat(read(manifest, "ocr"))
        .extracting(Line::uri)
        .containsExactlyInAnyOrder(
            folder + "/in/a.png", folder + "/in/sub/b 1.png", "file:///data/c%20d.png");
  }

  @Test
  void aRowHasItsOwnTasksOrThoseOfTheRun() {
    Path manifest =
        write(
            "m.jsonl",
            """
            {"uri": "/a", "task": "ocr, caption"}
            {"uri": "/b"}
            {"uri": "/c", "task": " grounding "}
            """);

    assertThat(read(manifest, "ocr", "document_parsing"))
        .extracting(line -> line.uri() + " " + line.task())
        .containsExactlyInAnyOrder(
            "/a ocr", "/a caption", "/b ocr", "/b document_parsing", "/c grounding");
  }

  @Test
  void jsonValuesBecomeTextAndNestedOnesJson() {
    Path manifest =
        write(
            "m.jsonl",
            """
            {"uri": "/a", "source_id": 12, "fields": {"iban": "", "n": 1}, "tags": ["x", "y"], "ok": true}
            """);

    assertThat(read(manifest, "ocr"))
        .containsExactly(
            new Line(
                "12",
                "/a",
                "ocr",
                Map.of(
                    "fields", "{\"iban\":\"\",\"n\":1}", "tags", "[\"x\",\"y\"]", "ok", "true")));
  }

  @Test
  void conversationsStayTheJsonThatTheyAre() {
    String mixed =
        "[{\"role\":\"user\",\"content\":[{\"image\":\"a.png\",\"min_pixels\":3136}]},"
            + "{\"role\":\"assistant\",\"content\":\"[not a list]\"}]";
    Path manifest =
        write(
            "m.jsonl",
            "{\"id\": 1, \"messages\": %s}\n{\"id\": 2, \"uri\": \"b/c.png\", \"messages\": \"[]\"}\n{\"id\": 3}\n"
                .formatted(mixed));

    assertThat(read(manifest, "messages"))
        .containsExactlyInAnyOrder(
            new Line("1", folder + "/", "messages", Map.of("messages", mixed)),
            new Line("2", folder + "/b/c.png", "messages", Map.of("messages", "[]")),
            new Line("3", "", "messages", Map.of()));
  }

  @Test
  void noLineIsLostWhereUriOrJsonIsBroken() {
    Path manifest = write("m.jsonl", "{\"uri\": \"/a\"}\n{\"uri\": \"/b\"\n{\"id\": \"9\"}\n");

    assertThat(read(manifest, "ocr")).extracting(Line::uri).containsExactlyInAnyOrder("/a", "", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "delta"})
  void tablesAreReadToo(String format) {
    Path manifest = folder.resolve("m." + format);
    spark
        .sql("SELECT 's3a://b/a.png' AS uri, 3 AS id, DATE'2026-01-02' AS `received.on`")
        .write()
        .format(format)
        .save(manifest.toString());

    assertThat(read(manifest, "ocr"))
        .containsExactly(
            new Line("3", "s3a://b/a.png", "ocr", Map.of("received.on", "2026-01-02")));
  }

  @Test
  void everyFileOfAFolderIsADocument() {
    SampleFiles files = new SampleFiles(folder);
    files.empty("a.png");
    files.empty("sub/b c.pdf");
    files.empty("sub/_hidden.pdf");

    assertThat(read(folder, "ocr"))
        .extracting(line -> line.uri().replaceFirst("^file:/+", "/"))
        .containsExactlyInAnyOrder(folder + "/a.png", folder + "/sub/b c.pdf");
  }

  @Test
  void aGlobNamesDocuments() {
    SampleFiles files = new SampleFiles(folder);
    files.empty("a.png");
    files.empty("b.png");
    files.empty("c.pdf");

    assertThat(read(folder.resolve("*.png"), "ocr")).hasSize(2);
    assertThat(read(folder.resolve("*.pdf"), "ocr"))
        .extracting(line -> line.uri().replaceFirst("^file:/+", "/"))
        .containsExactly(folder + "/c.pdf");
  }

  @Test
  void aManifestThatIsNotThereIsRefused() {
    Path missing = folder.resolve("missing.csv");
    assertThatThrownBy(() -> read(missing, "ocr"))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("Cannot read manifest %s: nothing is there".formatted(missing));
  }

  @Test
  void aManifestWithoutUrisIsRefused() {
    Path manifest = write("m.csv", "id,path\n1,/a\n");
    assertThatThrownBy(() -> read(manifest, "ocr"))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("Manifest %s has no column uri; it has id, path".formatted(manifest));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nosuch://bucket/m.csv", "s3a://", "::"})
  void aPlaceThatCannotExistIsRefused(String location) {
    assertThatThrownBy(
            () -> new Manifest(spark).read(location, List.of("ocr"), OptionalInt.empty()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageStartingWith("Cannot read manifest " + location);
  }
}
