package io.github.qwenvlspark.pipeline.scale;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.lit;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.config.Tasks;
import io.github.qwenvlspark.pipeline.job.Progress;
import io.github.qwenvlspark.pipeline.job.RunJob;
import io.github.qwenvlspark.pipeline.job.RunRequest;
import io.github.qwenvlspark.pipeline.manifest.Manifest;
import io.github.qwenvlspark.pipeline.plan.ExpectedAnswers;
import io.github.qwenvlspark.pipeline.plan.Plan;
import io.github.qwenvlspark.pipeline.plan.PlanOptions;
import io.github.qwenvlspark.pipeline.plan.Seal;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.PreprocessorPath;
import io.github.qwenvlspark.runtime.preprocess.VisualSizes;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Runs over as many generated pictures as are wanted; the model is one that echoes. By hand, with
 * the test class path, the options of surefire and a small heap for driver and executor together:
 *
 * <pre>
 * java -Xmx512m ... ScaleRun answer 1000x1000 /tmp/scale   # a table in which all is answered
 * java -Xmx512m ... ScaleRun run    1000x1000 /tmp/scale   # a rerun, which asks nothing
 * java -Xmx512m ... ScaleRun run    100x1000  /tmp/other   # 100,000 rows from beginning to end
 * </pre>
 */
public final class ScaleRun {
  private static final String TASK = "caption";

  private final SparkSession spark;
  private final String manifest;
  private final OutputFolder output;

  ScaleRun(SparkSession spark, String counts, String output) {
    this.spark = spark;
    this.manifest = "gen://" + counts + "/";
    this.output = new OutputFolder(output);
    spark.conf().set("fs.gen.impl", GeneratedFiles.class.getName());
  }

  public static void main(String[] args) throws IOException {
    AtomicLong live = watched();
    try (SparkSession spark = session()) {
      long start = System.nanoTime();
      ScaleRun scale = new ScaleRun(spark, args[1], args[2]);
      if (args[0].equals("answer")) {
        scale.answer();
      } else {
        Run run = scale.run();
        System.out.printf(
            "%,d requests, %,d answered now, %,d errors, %,d skipped%n",
            run.requests(), run.tally().ok(), run.tally().errors(), run.skipped());
      }
      System.out.printf(
          "%.1f s; heap at most %,d MiB, of which alive after a collection %,d MiB%n",
          (System.nanoTime() - start) / 1e9, peak() >> 20, live.get() >> 20);
    }
  }

  private static SparkSession session() {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("scale")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .config("spark.sql.shuffle.partitions", "16")
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    return spark;
  }

  private static Settings settings() {
    return new Settings(Map.of("spark.qwenvl.fetch.schemes", "gen"));
  }

  /** What a run says at its end. */
  Run run() {
    return new RunJob(spark, EchoEngine.access(), new Progress(System.err, Progress.Style.SILENT))
        .run(
            new RunRequest(
                manifest,
                "no-model-needed",
                output,
                List.of(TASK),
                Optional.empty(),
                Optional.empty(),
                Retry.TRANSIENT,
                OptionalInt.empty()),
            settings());
  }

  /** Writes an answer for every request, as a run would have left it. */
  void answer() {
    Tasks known = Tasks.load(Optional.empty());
    Map<String, Task> tasks = new TreeMap<>();
    known.names().forEach(name -> tasks.put(name, known.get(name, EchoEngine.MODEL.name())));
    new ResultsTable(spark, output).prepare();
    Map<String, Column> there =
        Map.of(
            "run_id", lit("earlier"),
            "status", lit("ok"),
            "created_at", current_timestamp(),
            "commit_seq", lit(1L));
    List<String> planned = List.of("request_key", "source_id", "uri", "task");
    Column[] columns =
        Arrays.stream(ResultsTable.SCHEMA.fields())
            .map(
                field ->
                    planned.contains(field.name())
                        ? col(field.name())
                        : there
                            .getOrDefault(field.name(), lit(null).cast(field.dataType()))
                            .as(field.name()))
            .toArray(Column[]::new);
    Plan.inspect(
            new Manifest(spark).read(manifest, List.of(TASK), OptionalInt.empty()),
            8,
            new PlanOptions(
                tasks,
                RunSettings.from(settings(), Runtime.getRuntime().availableProcessors()),
                EchoEngine.MODEL.fingerprint(),
                new VisualSizes(PreprocessorPath.QWEN_VL_UTILS, new PixelLimits(1, 1_000_000)),
                ExpectedAnswers.NONE,
                Seal.fresh()),
            new SerializableConfiguration(spark.sessionState().newHadoopConf()))
        .select(columns)
        .write()
        .format("delta")
        .mode("append")
        .save(output.results());
  }

  /** Rows of the table, and the different keys among them. */
  long[] counts() {
    Row row =
        new ResultsTable(spark, output)
            .read()
            .selectExpr("count(*)", "count(distinct request_key)")
            .head();
    return new long[] {row.getLong(0), row.getLong(1)};
  }

  private static long peak() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(usage -> usage.getUsed())
        .sum();
  }

  /** The most that any collection left alive. */
  private static AtomicLong watched() {
    AtomicLong most = new AtomicLong();
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector)
          .addNotificationListener(
              (notification, any) -> {
                long left =
                    GarbageCollectionNotificationInfo.from(
                            (CompositeData) notification.getUserData())
                        .getGcInfo()
                        .getMemoryUsageAfterGc()
                        .entrySet()
                        .stream()
                        .filter(pool -> isHeap(pool.getKey()))
                        .mapToLong(pool -> pool.getValue().getUsed())
                        .sum();
                most.accumulateAndGet(left, Math::max);
              },
              null,
              null);
    }
    return most;
  }

  private static boolean isHeap(String pool) {
    return pool.contains("Eden") || pool.contains("Survivor") || pool.matches(".*(Old|Tenured).*");
  }
}
