package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.etl.Comparison.Extent;
import io.github.qwenvlspark.pipeline.etl.Conventions;
import io.github.qwenvlspark.pipeline.etl.TableFields;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;

/** Whole extractions over real files and tables; the model answers what the manifest says. */
abstract class EtlRuns extends EchoRuns {
  private static final String SCHEMA = "vendor string, total decimal(18,2)";

  @BeforeEach
  final void tasks() {
    files.text(
        "tasks/read.yaml",
        """
        task: read
        media: [image, pdf]
        prompt: "{say}"
        parameters:
          say: '{"vendor": "ALPHA", "total": "1.50"}'
        answer: fields
        """);
  }

  final EtlRequest request(String source, Extent extent, EtlRequest.Emptied emptied) {
    TableFields fields = TableFields.of(SCHEMA);
    return new EtlRequest(
        new RunRequest(
            folder.resolve(source).toString(),
            "no-model-needed",
            output(),
            List.of("read"),
            Optional.empty(),
            Optional.of(folder.resolve("tasks")),
            Retry.TRANSIENT,
            OptionalInt.empty(),
            Optional.of(fields.asked())),
        "bills",
        fields,
        Conventions.NONE,
        1000,
        extent,
        emptied);
  }

  final EtlSummary etl(EtlRequest request, Consumer<EtlStep> done) {
    PrintStream out = new PrintStream(console, true, StandardCharsets.UTF_8);
    return new EtlJob(spark, EchoEngine.access(), new Progress(out, Progress.Style.SILENT), done)
        .run(request, new Settings(Map.of()));
  }

  final EtlSummary etl(String source) {
    return etl(request(source, Extent.CHANGES, EtlRequest.Emptied.REFUSED), step -> {});
  }

  /** Rows of a table of the output folder, their values separated by blanks, sorted. */
  final List<String> rows(String table, String... columns) {
    return spark
        .read()
        .format("delta")
        .load(output().root() + "/" + table)
        .selectExpr(columns)
        .collectAsList()
        .stream()
        .map(row -> row.mkString(" "))
        .sorted()
        .toList();
  }

  /** File, page, vendor, total and whether it is deleted. */
  final List<String> bills() {
    return rows(
        "bills",
        "regexp_extract(uri, '[^/]+$', 0)",
        "coalesce(part.page, 0)",
        "vendor",
        "total",
        "if(deleted_at IS NULL, 'alive', 'deleted')");
  }

  final List<String> failures(String... columns) {
    return rows("bills_failures", columns);
  }

  /** Commits of a table. */
  final long commits(String table) {
    return spark.sql("DESCRIBE HISTORY delta.`%s/%s`".formatted(output().root(), table)).count();
  }

  final Path file(String name) {
    return folder.resolve(name);
  }
}
