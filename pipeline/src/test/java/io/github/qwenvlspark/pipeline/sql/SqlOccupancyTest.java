package io.github.qwenvlspark.pipeline.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.infer.FreshEngine;
import io.github.qwenvlspark.pipeline.job.Demo;
import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.pipeline.job.Progress;
import io.github.qwenvlspark.pipeline.job.RunJob;
import io.github.qwenvlspark.pipeline.job.RunRequest;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.runtime.Occupancy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions in SQL against the demo's model: as exact as a run, and as full batches. */
class SqlOccupancyTest {
  private static final Demo DEMO = new Demo(Path.of("demo").toAbsolutePath());

  @TempDir static Path folder;
  private static Occupancy run;
  private static SparkSession spark;
  private static Map<String, String> golden;

  /** The same pictures once by a run, once by SQL. */
  @BeforeAll
  static void open() throws IOException {
    golden = goldens();
    FreshEngine.forget();
    String manifest =
        golden.keySet().stream().sorted().collect(Collectors.joining("\n", "uri\n", "\n"));
    Path file = new SampleFiles(folder).text("manifest.csv", manifest);
    run =
        new RunJob(
                LocalSpark.session(),
                ModelAccess.qwenVl(),
                new Progress(System.err, Progress.Style.SILENT))
            .run(
                new RunRequest(
                    file.toString(),
                    DEMO.model().toString(),
                    new OutputFolder(folder.resolve("out").toString()),
                    List.of("ocr"),
                    Optional.empty(),
                    Optional.empty(),
                    Retry.TRANSIENT,
                    OptionalInt.empty()),
                new Settings(Map.of()))
            .occupancy();
    FreshEngine.forget();
    spark = ModelSql.open(ModelAccess.qwenVl());
    spark.conf().set("spark.qwenvl.sql.model", DEMO.model().toString());
    spark.conf().set("spark.sql.adaptive.enabled", "false"); // the plan shows its operators
    spark
        .read()
        .option("header", true)
        .csv(file.toString())
        .repartition(2)
        .createOrReplaceTempView("documents");
  }

  private static Map<String, String> goldens() throws IOException {
    Map<String, List<String>> pages = new HashMap<>();
    ObjectMapper json = new ObjectMapper();
    for (String line : Files.readAllLines(DEMO.folder().resolve("samples/golden_outputs.jsonl"))) {
      JsonNode golden = json.readTree(line);
      if (golden.path("task").asText().equals("ocr")) {
        String uri =
            DEMO.folder()
                .resolve("samples/inputs")
                .resolve(golden.path("file").asText())
                .toString();
        pages.computeIfAbsent(uri, unused -> new ArrayList<>()).add(golden.path("text").asText());
      }
    }
    Map<String, String> texts = new HashMap<>();
    pages.forEach((uri, texts1) -> texts.put(uri, String.join("\n\n", texts1)));
    return texts;
  }

  @AfterAll
  static void stop() {
    spark.stop();
    FreshEngine.forget();
  }

  @Test
  void batchesAreAsFullAsThoseOfARunAndAnswersAreTheReferences() {
    Dataset<Row> answers = spark.sql("SELECT uri, qwenvl_ocr(uri) AS text FROM documents");
    Map<String, String> texts =
        answers.collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getString(0), row -> row.getString(1)));
    Occupancy sql = occupancy(answers.queryExecution().executedPlan());

    assertThat(texts).isEqualTo(golden);
    System.out.printf(
        "Rows of a decode step: %.2f by SQL, %.2f by a run; ratio %.2f%n",
        sql.meanLiveRows(), run.meanLiveRows(), sql.meanLiveRows() / run.meanLiveRows());
    assertThat(sql.completionTokens()).isEqualTo(run.completionTokens());
    assertThat(sql.meanLiveRows()).isGreaterThanOrEqualTo(0.9 * run.meanLiveRows());
  }

  private static Occupancy occupancy(SparkPlan plan) {
    return plan.find(node -> node instanceof AskModelExec)
        .map(node -> ((AskModelExec) node).counters().occupancy().value())
        .get();
  }
}
