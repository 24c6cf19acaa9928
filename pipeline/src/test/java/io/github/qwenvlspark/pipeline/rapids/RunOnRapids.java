package io.github.qwenvlspark.pipeline.rapids;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.config.Tasks;
import io.github.qwenvlspark.pipeline.job.Progress;
import io.github.qwenvlspark.pipeline.job.RunJob;
import io.github.qwenvlspark.pipeline.job.RunRequest;
import io.github.qwenvlspark.pipeline.manifest.Manifest;
import io.github.qwenvlspark.pipeline.plan.ExpectedAnswers;
import io.github.qwenvlspark.pipeline.plan.Plan;
import io.github.qwenvlspark.pipeline.plan.PlanOptions;
import io.github.qwenvlspark.pipeline.plan.Seal;
import io.github.qwenvlspark.pipeline.rapids.Rapids.Operator;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.Staging;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.PreprocessorPath;
import io.github.qwenvlspark.runtime.preprocess.VisualSizes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What of a run would run on a GPU if its cluster had RAPIDS, in the words of RAPIDS itself: {@code
 * mvn -B -Prapids test}. A plain build has not got the jar of 1 GB, and its name keeps this class
 * out of it.
 *
 * <p>No plan is a copy. Most are caught from two whole runs, a first one and one that asks errors
 * again; they are asked about as Spark executed them, writes included.
 */
class RunOnRapids {
  private static final String TASK = "caption";

  /** A document is read, and a request answered, row by row in Java. */
  private static final List<String> JAVA_ROWS =
      List.of("DeserializeToObjectExec", "MapPartitionsExec", "SerializeFromObjectExec");

  /** What {@code persist} keeps, and what comes from a JavaRDD. */
  private static final String KEPT_KEYS = "InMemoryTableScanExec";

  private static final String ASSIGNED_BUCKETS = "RDDScanExec";

  @TempDir private static Path folder;

  private static Rapids rapids;
  private static SparkSession spark;
  private static List<Execution> executions;

  /**
   * Something that Spark did.
   *
   * @param kind as Spark calls it, such as {@code command}
   * @param operators what RAPIDS says of it
   */
  private record Execution(String kind, List<Operator> operators) {
    boolean has(String operator) {
      return names(operators).contains(operator);
    }
  }

  @BeforeAll
  static void runTwice() throws TimeoutException {
    rapids = Rapids.open(Path.of(System.getProperty("rapids.jar", "")));
    spark = LocalSpark.session();
    SampleFiles files = new SampleFiles(folder);
    files.picture("in/a.png", 56, 56);
    files.pdf("in/b.pdf", 3);
    files.text(
        "manifest.csv",
        """
        uri,source_id,task,batch
        in/a.png,a,,x
        in/b.pdf,b,caption,y
        in/none.png,c,,z
        """);
    Dataset<Row> rows =
        spark.read().option("header", "true").csv(folder.resolve("manifest.csv").toString());
    rows.write().format("delta").save(manifest("manifest"));
    rows.write().parquet(manifest("manifest.parquet"));
    rows.write().json(manifest("manifest.jsonl"));
    List<SparkListenerSQLExecutionEnd> ends = caught(RunOnRapids::run);
    executions =
        ends.stream()
            .filter(end -> !isOfDelta(end))
            .map(end -> new Execution(end.executionName().get(), rapids.operators(spark, end.qe())))
            .toList();
  }

  /** Delta reads its own log by Spark too; RAPIDS leaves that to the CPU on purpose. */
  private static boolean isOfDelta(SparkListenerSQLExecutionEnd end) {
    return end.executionName().isEmpty() || end.qe().toString().contains("_delta_log");
  }

  private static List<SparkListenerSQLExecutionEnd> caught(Runnable runs) throws TimeoutException {
    List<SparkListenerSQLExecutionEnd> ends = Collections.synchronizedList(new ArrayList<>());
    // Not a QueryExecutionListener: that hears of one session, and commits have one of their own.
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onOtherEvent(SparkListenerEvent event) {
            if (event instanceof SparkListenerSQLExecutionEnd end && end.qe() != null) {
              ends.add(end);
            }
          }
        };
    spark.sparkContext().addSparkListener(listener);
    runs.run();
    spark.sparkContext().listenerBus().waitUntilEmpty(60_000);
    spark.sparkContext().removeSparkListener(listener);
    return List.copyOf(ends);
  }

  private static void run() {
    RunJob job =
        new RunJob(spark, EchoEngine.access(), new Progress(System.err, Progress.Style.SILENT));
    for (Retry retry : List.of(Retry.TRANSIENT, Retry.ALL_ERRORS)) {
      RunRequest request =
          new RunRequest(
              manifest("manifest"),
              "no-model-needed",
              output(),
              List.of(TASK),
              Optional.empty(),
              Optional.empty(),
              retry,
              OptionalInt.empty());
      assertThat(job.run(request, new Settings(Map.of())).tally().errors()).isEqualTo(1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"manifest", "manifest.parquet", "manifest.jsonl"})
  void manifestsAreReadOnTheGpu(String name) {
    List<Operator> read = rapids.operators(read(name));

    assertThat(names(read)).contains("FileSourceScanExec", "GenerateExec", "ProjectExec");
    assertThat(onCpu(read)).isEmpty();
  }

  @Test
  void aManifestInCsvIsParsedOnTheCpu() {
    // RAPIDS knows no quotes within quotes.
    assertThat(onCpu(rapids.operators(read("manifest.csv")))).containsExactly("FileSourceScanExec");
  }

  @Test
  void aFolderIsListedOnTheCpu() {
    assertThat(onCpu(rapids.operators(read("in"))))
        .containsExactly("ExternalRDDScanExec", "SerializeFromObjectExec");
  }

  @Test
  void whatIsAnsweredIsFoundAndLeftOutOnTheGpu() {
    List<Operator> open;
    try (Staging staging = Staging.open(spark, output(), "open", Duration.ofMinutes(1))) {
      open =
          rapids.operators(
              Plan.openKeys(
                  staging.keep("inspected", inspected()),
                  new ResultsTable(spark, output()).answered(Retry.TRANSIENT)));
    }

    assertThat(names(open))
        .contains("FileSourceScanExec", "HashAggregateExec", "BroadcastHashJoinExec");
    assertThat(onCpu(open)).isEmpty();
  }

  @Test
  void requestsAreDeduplicatedAndPutInOrderOnTheGpu() {
    List<Execution> orders = of("rdd", execution -> execution.has("WindowGroupLimitExec"));

    assertThat(orders)
        .hasSize(4) // groups in order, and the rows with their buckets; twice
        .allSatisfy(
            order -> {
              assertThat(names(order.operators()))
                  .contains("FileSourceScanExec", "BroadcastHashJoinExec", "WindowExec");
              assertThat(onCpu(order.operators()))
                  .isSubsetOf("DeserializeToObjectExec", KEPT_KEYS, ASSIGNED_BUCKETS);
            });
    assertThat(orders)
        .anyMatch(order -> order.has("HashAggregateExec") && !order.has(ASSIGNED_BUCKETS));
  }

  @Test
  void answersAreAppendedAndMergedIntoDeltaOnTheGpu() {
    List<Execution> commands = of("command", execution -> true);
    List<Execution> writes =
        of(
            "deltaTransactionalWrite",
            write -> write.has("FileSourceScanExec") && !write.has("MapPartitionsExec"));

    assertThat(commands)
        .allSatisfy(command -> assertThat(onCpu(command.operators())).isEmpty())
        .anyMatch(command -> command.has("DeltaDataSource"))
        .anyMatch(command -> command.has("MergeIntoCommand"));
    assertThat(writes)
        .hasSize(2) // the commit of each run: an append, and a merge that replaces errors
        .allSatisfy(write -> assertThat(onCpu(write.operators())).isEmpty());
  }

  @Test
  void documentsAreInspectedAndAnsweredRowByRowOnTheCpu() {
    List<Execution> rowByRow = of("deltaTransactionalWrite", e -> e.has("MapPartitionsExec"));

    assertThat(rowByRow)
        .hasSize(4) // inspect and a wave; twice
        .allSatisfy(
            write ->
                assertThat(onCpu(write.operators()))
                    .containsAll(JAVA_ROWS)
                    .isSubsetOf(with(JAVA_ROWS, ASSIGNED_BUCKETS)));
    assertThat(rowByRow)
        .as("rows of a document are brought together on the GPU")
        .anyMatch(write -> write.has("ShuffleExchangeExec"));
  }

  private static List<Execution> of(String kind, Predicate<Execution> wanted) {
    return executions.stream()
        .filter(execution -> execution.kind().equals(kind))
        .filter(wanted)
        .toList();
  }

  private static Set<String> names(Collection<Operator> operators) {
    return operators.stream().map(Operator::name).collect(toCollection(TreeSet::new));
  }

  private static Set<String> onCpu(Collection<Operator> operators) {
    return names(operators.stream().filter(operator -> !operator.onGpu()).toList());
  }

  private static List<String> with(List<String> names, String more) {
    List<String> all = new ArrayList<>(names);
    all.add(more);
    return all;
  }

  private static Dataset<Row> read(String name) {
    return new Manifest(spark).read(manifest(name), List.of(TASK), OptionalInt.empty());
  }

  private static Dataset<Row> inspected() {
    return Plan.inspect(
        read("manifest"),
        2,
        new PlanOptions(
            Map.of(TASK, Tasks.load(Optional.empty()).get(TASK, EchoEngine.MODEL.name())),
            RunSettings.from(new Settings(Map.of()), 2),
            EchoEngine.MODEL.fingerprint(),
            new VisualSizes(PreprocessorPath.QWEN_VL_UTILS, new PixelLimits(1, 1_000_000)),
            ExpectedAnswers.NONE,
            Seal.fresh()),
        new SerializableConfiguration(spark.sessionState().newHadoopConf()));
  }

  private static String manifest(String name) {
    return folder.resolve(name).toString();
  }

  private static OutputFolder output() {
    return new OutputFolder(folder.resolve("out").toString());
  }
}
