package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.infer.FreshEngine;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs over real files and tables; only the model is replaced by one that echoes. */
abstract class EchoRuns {
  @TempDir Path folder;

  final SparkSession spark = LocalSpark.session();
  final ByteArrayOutputStream console = new ByteArrayOutputStream();
  SampleFiles files;

  @BeforeEach
  final void begin() {
    FreshEngine.forget();
    files = new SampleFiles(folder);
  }

  /** Delta keeps the plans of each table for an hour, and every test has tables of its own. */
  @AfterEach
  final void forget() {
    FreshEngine.forget();
    DeltaLog.clearCache();
  }

  /** A task whose answer is the manifest's column {@code say}. */
  final void task(String name, String answer) {
    files.text(
        "tasks/" + name + ".yaml",
        """
        task: %s
        media: [image, pdf, video]
        prompt: "{say}"
        parameters: {say: hello}
        answer: %s
        """
            .formatted(name, answer));
  }

  final RunRequest request(Path manifest, Retry retry, String... tasks) {
    return new RunRequest(
        manifest.toString(),
        "no-model-needed",
        output(),
        List.of(tasks),
        Optional.empty(),
        Optional.of(folder.resolve("tasks")),
        retry,
        OptionalInt.empty());
  }

  final OutputFolder output() {
    return new OutputFolder(folder.resolve("out").toString());
  }

  final Run run(RunRequest request, Map<String, String> settings) {
    PrintStream out = new PrintStream(console, true, StandardCharsets.UTF_8);
    return new RunJob(spark, EchoEngine.access(), new Progress(out, Progress.Style.SILENT))
        .run(request, new Settings(settings));
  }

  final Run run(Path manifest, String... tasks) {
    return run(request(manifest, Retry.TRANSIENT, tasks), Map.of());
  }

  final List<Row> results(String... columns) {
    return new ResultsTable(spark, output()).read().selectExpr(columns).collectAsList();
  }

  /** One expression of every row as text. */
  final List<String> texts(String expression) {
    return results("cast(" + expression + " as string)").stream()
        .map(row -> row.isNullAt(0) ? "NULL" : row.getString(0))
        .sorted()
        .toList();
  }
}
