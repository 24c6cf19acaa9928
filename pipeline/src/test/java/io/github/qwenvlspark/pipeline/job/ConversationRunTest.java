package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.infer.FreshEngine;
import io.github.qwenvlspark.pipeline.report.ReportSummary;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs over manifests of conversations; only the model is replaced by one that echoes. */
class ConversationRunTest {
  private static final String TWO_PICTURES =
      """
      [{"role": "user", "content": [{"image": "a.png"}, {"text": "first"}]}, {"role": "assistant", "content": "ok"},
       {"role": "user", "content": [{"image_url": {"url": "sub/b.png"}}, {"type": "text", "text": "differ?"}]}]
      """
          .replace("\n", "");

  @TempDir Path folder;

  private final SparkSession spark = LocalSpark.session();
  private SampleFiles files;

  @BeforeEach
  void prepare() {
    FreshEngine.forget();
    files = new SampleFiles(folder);
    files.picture("in/a.png", 60, 40);
    files.picture("in/sub/b.png", 20, 30);
  }

  @AfterEach
  void forget() {
    FreshEngine.forget();
  }

  private Run run(Path manifest, Map<String, String> settings) {
    return run(manifest, settings, Optional.empty());
  }

  private Run run(Path manifest, Map<String, String> settings, Optional<Path> tasks) {
    RunRequest request =
        new RunRequest(
            manifest.toString(),
            "no-model-needed",
            new OutputFolder(folder.resolve("out").toString()),
            List.of("messages"),
            Optional.empty(),
            tasks,
            Retry.TRANSIENT,
            OptionalInt.empty());
    Progress silent =
        new Progress(
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            Progress.Style.SILENT);
    return new RunJob(spark, EchoEngine.access(), silent).run(request, new Settings(settings));
  }

  private Map<String, String> results(String column) {
    Map<String, String> values = new HashMap<>();
    new ResultsTable(spark, new OutputFolder(folder.resolve("out").toString()))
        .read()
        .selectExpr("source_id", column)
        .collectAsList()
        .forEach(row -> values.put(row.getString(0), row.getString(1)));
    return values;
  }

  private static String line(String id, String messages) {
    return "{\"id\": \"%s\", \"messages\": %s}%n".formatted(id, messages);
  }

  private static String one(String part) {
    return "[{\"role\": \"user\", \"content\": [%s, {\"text\": \"hi\"}]}]".formatted(part);
  }

  @Test
  void aConversationIsOneRowWithItsFirstPictureAndTheAnswer() {
    Run run = run(files.text("in/m.jsonl", line("7", TWO_PICTURES)), Map.of());

    assertThat(run.tally().ok()).isEqualTo(1);
    assertThat(
            results(
                "concat_ws('|', part.kind, task, status, text, image.width, image.height, replace(labels['messages'], ' '))"))
        .containsExactly(
            Map.entry(
                "7",
                "messages|messages|ok|differ?|60|40|" + TWO_PICTURES.replace(" ", "").strip()));
  }

  @Test
  void nestedColumnsOfATableAreConversationsToo() {
    Path table = folder.resolve("in/m.parquet");
    spark
        .sql(
            """
            select '7' id, array(named_struct('role', 'user', 'content', array(
              named_struct('type', 'image', 'image', 'a.png', 'text', null),
              named_struct('type', 'text', 'image', null, 'text', 'nested')))) messages
            """)
        .write()
        .parquet(table.toString());

    run(table, Map.of());

    assertThat(results("concat_ws('|', text, image.width)"))
        .containsExactly(Map.entry("7", "nested|60"));
  }

  @Test
  void everyBrokenConversationEndsAsOneTypedRowAndTheOthersSucceed() {
    files.truncatedPicture("in/cut.png");
    files.pdf("in/doc.pdf", 1);
    Path manifest =
        files.text(
            "in/m.jsonl",
            line("good", one("{\"image\": \"a.png\"}"))
                + line("list", one("{\"video\": [\"a.png\", \"a.png\"]}"))
                + line("text", "[{\"role\": \"user\", \"content\": \"only text\"}]")
                + line("missing", one("{\"image\": \"no.png\"}"))
                + line("folder", one("{\"image\": \"sub\"}"))
                + line("web", one("{\"image\": \"http://localhost/a.png\"}"))
                + line("cut", one("{\"image\": \"cut.png\"}"))
                + line("pdf", one("{\"image\": \"doc.pdf\"}"))
                + line("many", one("{\"video\": [\"a.png\", \"a.png\", \"a.png\", \"a.png\"]}"))
                + line("type", one("{\"type\": \"sound\"}"))
                + line("json", "\"no json\"")
                + "{\"id\": \"none\"}\n");

    Run run = run(manifest, Map.of("spark.qwenvl.media.maxPerRequest", "3"));

    assertThat(results("coalesce(error.type, text)"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("good", "hi"),
                Map.entry("list", "hi"),
                Map.entry("text", "only text"),
                Map.entry("missing", "NOT_FOUND"),
                Map.entry("folder", "UNSUPPORTED_MEDIA"),
                Map.entry("web", "ACCESS_DENIED"),
                Map.entry("cut", "CORRUPT_MEDIA"),
                Map.entry("pdf", "UNSUPPORTED_MEDIA"),
                Map.entry("many", "TOO_LARGE"),
                Map.entry("type", "INVALID_REQUEST"),
                Map.entry("json", "INVALID_REQUEST"),
                Map.entry("none", "INVALID_REQUEST")));
    assertThat(results("error.message").get("missing"))
        .startsWith("messages[0].content[0].image: ")
        .endsWith("no.png does not exist");
    assertThat(run.tally().ok() + run.tally().errors()).isEqualTo(12);
  }

  @Test
  void aTaskOfPicturesTakesNoClips() {
    files.text(
        "tasks/messages.yaml",
        """
        task: messages
        media: [image]
        prompt: "{messages}"
        order: conversation
        """);
    Path manifest =
        files.text(
            "in/m.jsonl",
            line("picture", one("{\"image\": \"a.png\"}"))
                + line("clip", one("{\"video\": [\"a.png\", \"a.png\"]}")));

    run(manifest, Map.of(), Optional.of(folder.resolve("tasks")));

    assertThat(results("coalesce(error.message, text)"))
        .containsOnly(
            Map.entry("picture", "hi"),
            Map.entry("clip", "Task messages reads [image], this is a video"));
  }

  @Test
  void aChangedPictureIsAskedAgainAndAnUnchangedConversationIsNot() {
    Path manifest =
        files.text(
            "in/m.jsonl", line("1", TWO_PICTURES) + line("2", one("{\"image\": \"a.png\"}")));
    assertThat(run(manifest, Map.of()).tally().ok()).isEqualTo(2);
    assertThat(run(manifest, Map.of()).tally().ok()).isZero();

    files.picture("in/sub/b.png", 21, 31);

    assertThat(run(manifest, Map.of()).tally().ok()).isEqualTo(1);
    assertThat(run(manifest, Map.of("spark.qwenvl.prompt.addVisionId", "true")).tally().ok())
        .isEqualTo(2);
  }

  @Test
  void aReportShowsEachConversationByItsOwnName() throws IOException {
    run(
        files.text(
            "in/m.jsonl",
            line("conversation-1", TWO_PICTURES)
                + line("conversation-2", one("{\"image\": \"a.png\"}"))),
        Map.of());
    Path report = folder.resolve("report.html");

    new ReportJob(spark, RunSettings.from(new Settings(Map.of()), 1))
        .write(
            new ResultsTable(spark, new OutputFolder(folder.resolve("out").toString())).read(),
            new ReportSummary("t", "s", Map.of(), Map.of(), List.of(), ""),
            10,
            report);

    assertThat(Files.readString(report))
        .contains("conversation-1", "conversation-2", "differ?", "hi");
  }
}
