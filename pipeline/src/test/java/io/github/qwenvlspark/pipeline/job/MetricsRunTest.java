package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.infer.FreshEngine;
import io.github.qwenvlspark.pipeline.metrics.EnginePlugin;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.testing.JobDescriptions;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

/** What Spark's pages and the logs say of a run, and of commands around it. */
class MetricsRunTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String PLUGIN =
      "metrics_qwenvl_driver_plugin_io_github_qwenvlspark_pipeline_metrics_EnginePlugin_";

  @TempDir static Path folder;
  private static final Lines LINES = new Lines();
  private static List<String> descriptions;
  private static SparkSession spark;
  private static Run run;

  @BeforeAll
  static void start() throws Exception {
    FreshEngine.forget();
    LocalSpark.stop();
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("metrics")
            .config("spark.ui.enabled", "true")
            .config("spark.ui.port", "0")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.metrics.namespace", "qwenvl")
            .config("spark.metrics.conf", Path.of("../conf/metrics.properties").toString())
            .config("spark.plugins", EnginePlugin.class.getName())
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .config("spark.sql.codegen.wholeStage", "false")
            .config("spark.databricks.delta.snapshotPartitions", "1")
            .config("spark.sql.shuffle.partitions", "1")
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    LINES.start();
    logger().addAppender(LINES);
    JobDescriptions jobs = new JobDescriptions(spark.sparkContext()); // ends with the session
    RunRequest request = request();
    Progress silent = new Progress(System.err, Progress.Style.SILENT);
    run = new RunJob(spark, EchoEngine.access(), silent).run(request, new Settings(Map.of()));
    PlanJob.Planned unused =
        new PlanJob(spark, EchoEngine.access(), silent).plan(plan(request), new Settings(Map.of()));
    MaintainJob.Report unusedToo =
        new MaintainJob(spark)
            .run(
                request.output(),
                new MaintainJob.Wanted(Duration.ofDays(7), Duration.ofDays(1), false, false));
    descriptions = jobs.all();
  }

  /** What the preparing threads of an executor write. */
  private static Logger logger() {
    return (Logger) LogManager.getLogger("io.github.qwenvlspark.pipeline.infer.RowInference");
  }

  /** Lines as they come. */
  private static final class Lines extends AbstractAppender {
    private final Queue<LogEvent> events = new ConcurrentLinkedQueue<>();

    Lines() {
      super("lines", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      events.add(event.toImmutable());
    }
  }

  private static PlanJob.Request plan(RunRequest run) {
    return new PlanJob.Request(
        run.manifest(),
        run.model(),
        Optional.of(run.output()),
        run.tasks(),
        run.prompt(),
        run.taskFolder(),
        run.retry(),
        run.limit(),
        OptionalDouble.empty());
  }

  @AfterAll
  static void stop() {
    logger().removeAppender(LINES);
    FreshEngine.forget();
    spark.stop();
  }

  private static RunRequest request() {
    SampleFiles files = new SampleFiles(folder);
    files.text(
        "tasks/say.yaml",
        """
        task: say
        media: [image]
        prompt: "{say}"
        answer: text
        """);
    files.picture("in/bug.png", 60, 40);
    StringBuilder manifest =
        new StringBuilder("uri,say\nmissing.png,x\nbug.png,%s\n".formatted(EchoEngine.BUG));
    for (int i = 0; i < 4; i++) {
      files.picture("in/%d.png".formatted(i), 60, 40);
      manifest.append("%d.png,%d\n".formatted(i, i));
    }
    return new RunRequest(
        files.text("in/m.csv", manifest.toString()).toString(),
        "no-model-needed",
        new OutputFolder(folder.resolve("out").toString()),
        List.of("say"),
        Optional.empty(),
        Optional.of(folder.resolve("tasks")),
        Retry.TRANSIENT,
        OptionalInt.empty());
  }

  private String endpoint() {
    try {
      URI uri = URI.create(spark.sparkContext().uiWebUrl().get() + "/metrics/prometheus");
      return HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NORMAL) // Spark adds a slash; scrapers follow too
          .build()
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The endpoint's text, once the executor has told the driver of so many rows. */
  private String endpointAfter(long rows) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    String text = endpoint();
    while (!text.contains(line("total_answeredRows", rows)) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
      text = endpoint();
    }
    return text;
  }

  private static String line(String name, long value) {
    return "%s%s_Value{type=\"gauges\"} %s".formatted(PLUGIN, name, (double) value);
  }

  @Test
  void everySparkJobSaysWhatItDoes() {
    assertThat(descriptions)
        .doesNotContain("none")
        .anySatisfy(text -> assertThat(text).contains("qwenvl: inspecting documents"))
        .anySatisfy(text -> assertThat(text).contains("qwenvl: reading wave 1"))
        .anySatisfy(text -> assertThat(text).contains("qwenvl: writing the account of the run"))
        .anySatisfy(text -> assertThat(text).contains("qwenvl: planning "))
        .anySatisfy(text -> assertThat(text).contains("cleaning the table results"));
  }

  @Test
  void aLogLineOfASparkTaskNamesItsRunAndItsWave() {
    assertThat(LINES.events)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getMessage().getFormattedMessage())
                  .contains("failed unexpectedly")
                  .doesNotContain(EchoEngine.SECRET);
              Map<String, String> fields = line.getContextData().toMap();
              assertThat(fields)
                  .containsEntry("mdc.qwenvl.run", run.runId())
                  .containsEntry("mdc.qwenvl.wave", "1");
              assertThat(fields.getOrDefault("task_name", fields.get("mdc.taskName")))
                  .as("task_name of Spark 4, mdc.taskName of Spark 3.5")
                  .contains("in stage");
            });
    assertThat(MDC.get("mdc.qwenvl.run")).as("after the run").isNull();
  }

  @Test
  void theDriversEndpointShowsTheTotalsOfARun() {
    assertThat(run.tally().ok()).isEqualTo(4);
    assertThat(endpointAfter(run.tally().ok()).lines())
        .contains(
            line("total_answeredRows", run.tally().ok()),
            line("total_failedRows", run.tally().errors()),
            line("total_failedRows_NOT_FOUND", 1),
            line("executor_driver_answeredRows", 4),
            line("engine_answeredRows", 4),
            line("engine_failedRows_NOT_FOUND", 1));
  }
}
