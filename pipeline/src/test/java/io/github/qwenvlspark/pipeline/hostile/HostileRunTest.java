package io.github.qwenvlspark.pipeline.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.infer.FreshEngine;
import io.github.qwenvlspark.pipeline.job.Progress;
import io.github.qwenvlspark.pipeline.job.RunJob;
import io.github.qwenvlspark.pipeline.job.RunRequest;
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
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run over everything that means harm, with good files among it. */
class HostileRunTest {
  private static final List<String> ODD_NAMES =
      List.of(
          "a b.png",
          "a%20b.png",
          "quote'\".png",
          "hash#.png",
          "question?.png",
          "semi;colon.png",
          "-dash.png",
          "[glob]*.png",
          "{brace,}.png",
          "back\\slash.png",
          "col:on.png",
          "$var.png");

  @TempDir Path folder;

  private final SparkSession spark = LocalSpark.session();

  @BeforeEach
  @AfterEach
  void forget() {
    FreshEngine.forget();
  }

  @Test
  void everyRowOfAHostileManifestEndsAndTheGoodOnesAreAnswered() throws IOException {
    SampleFiles files = new SampleFiles(folder);
    files.text(
        "tasks/say.yaml", "task: say\nmedia: [image, pdf, video]\nprompt: hello\nanswer: text\n");
    StringBuilder manifest = new StringBuilder();
    int rows = 0;
    for (HostileFormat format : HostileFormat.values()) {
      for (HostileFile file : format.bombs()) {
        Path path = Files.createDirectories(folder.resolve("in")).resolve(file.name());
        manifest.append(line("bad", Files.write(path, file.bytes()).toString()));
        rows++;
      }
    }
    for (String name : ODD_NAMES) {
      manifest.append(line("odd", files.picture("in/" + name, 60, 40).toString()));
      rows++;
    }
    for (String uri :
        List.of(
            "",
            " ",
            "http://127.0.0.1/a.png",
            "/dev/zero",
            "/etc/../..",
            "file://host/a",
            "\u0000")) {
      manifest.append(line("uri", uri));
      rows++;
    }
    manifest.append(line("good", files.picture("in/1.png", 60, 40).toString()));
    manifest.append(line("good", files.picture("in/2.png", 50, 40).toString()));
    manifest.append(line("good", files.pdf("in/3.pdf", 1).toString()));

    Run run = run(files.text("in/m.jsonl", manifest.toString()));

    Map<String, Integer> answered = new HashMap<>();
    Map<String, String> refused = new HashMap<>();
    List<Row> results =
        new ResultsTable(spark, output())
            .read()
            .selectExpr("source_id", "status", "uri", "error.type")
            .collectAsList();
    for (Row row : results) {
      if (row.getString(1).equals("ok")) {
        answered.merge(row.getString(0), 1, Integer::sum);
      } else {
        assertThat(row.getString(3)).as(row.getString(2)).isNotIn("INTERNAL", "OUT_OF_MEMORY");
        if (row.getString(0).equals("odd")) {
          refused.put(row.getString(2), row.getString(3));
        }
      }
    }
    assertThat(run.tally().ok() + run.tally().errors()).isEqualTo(rows + 3L);
    assertThat(results).hasSize(rows + 3);
    // Hadoop looks for a checksum beside a local file, and can make no path of that name.
    assertThat(refused).containsExactly(Map.entry(folder + "/in/col:on.png", "INVALID_REQUEST"));
    assertThat(answered).containsEntry("good", 3).containsEntry("odd", ODD_NAMES.size() - 1);
  }

  private static String line(String id, String uri) throws IOException {
    return new ObjectMapper().writeValueAsString(Map.of("id", id, "uri", uri)) + "\n";
  }

  private OutputFolder output() {
    return new OutputFolder(folder.resolve("out").toString());
  }

  private Run run(Path manifest) {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new RunJob(spark, EchoEngine.access(), new Progress(nowhere, Progress.Style.SILENT))
        .run(
            new RunRequest(
                manifest.toString(),
                "no-model-needed",
                output(),
                List.of("say"),
                Optional.empty(),
                Optional.of(folder.resolve("tasks")),
                Retry.TRANSIENT,
                OptionalInt.empty()),
            new Settings(
                Map.of(
                    "spark.qwenvl.media.maxPixels", "16000000",
                    "spark.qwenvl.media.decodeTimeoutSeconds", "2")));
  }
}
