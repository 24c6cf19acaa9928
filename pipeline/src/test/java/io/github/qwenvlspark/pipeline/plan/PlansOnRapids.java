package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.config.Tasks;
import io.github.qwenvlspark.pipeline.job.Progress;
import io.github.qwenvlspark.pipeline.job.RunJob;
import io.github.qwenvlspark.pipeline.job.RunRequest;
import io.github.qwenvlspark.pipeline.manifest.Manifest;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import io.github.qwenvlspark.pipeline.testing.Rapids;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.Staging;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.PreprocessorPath;
import io.github.qwenvlspark.runtime.preprocess.VisualSizes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlansOnRapids {
  @TempDir Path folder;

  @Test
  void explore() throws Exception {
    Rapids rapids = Rapids.open();
    SparkSession spark = LocalSpark.session();
    SampleFiles files = new SampleFiles(folder);
    files.picture("in/a.png", 56, 56);
    files.pdf("in/b.pdf", 3);
    String manifest = folder.resolve("manifest").toString();
    Files.writeString(
        folder.resolve("m.csv"),
        "uri,source_id,task,batch\nin/a.png,a,,x\nin/b.pdf,b,caption,y\nin/none.png,c,,z\n");
    Files.writeString(
        folder.resolve("m.jsonl"),
        "{\"uri\":\"in/a.png\",\"batch\":\"x\"}\n{\"uri\":\"in/b.pdf\"}\n");
    spark
        .read()
        .option("header", "true")
        .csv(folder.resolve("m.csv").toString())
        .write()
        .format("delta")
        .save(manifest);
    spark.read().format("delta").load(manifest).write().parquet(manifest + ".parquet");
    List<SparkListenerSQLExecutionEnd> ends = Collections.synchronizedList(new ArrayList<>());
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onOtherEvent(SparkListenerEvent event) {
            if (event instanceof SparkListenerSQLExecutionEnd end && end.qe() != null) {
              ends.add(end);
            }
          }
        };
    OutputFolder output = new OutputFolder(folder.resolve("out").toString());
    try (PrintStream out = new PrintStream("target/rapids.txt", StandardCharsets.UTF_8)) {
      try {
      spark.sparkContext().addSparkListener(listener);
      run(spark, manifest, output, Retry.TRANSIENT);
      spark.sparkContext().listenerBus().waitUntilEmpty(10_000);
      out.println("##### run 1");
      dump(rapids, spark, ends, out);
      run(spark, manifest, output, Retry.ALL_ERRORS);
      spark.sparkContext().listenerBus().waitUntilEmpty(10_000);
      out.println("##### run 2");
      dump(rapids, spark, ends, out);
      spark.sparkContext().removeSparkListener(listener);

      for (String m :
          List.of(
              manifest,
              manifest + ".parquet",
              folder.resolve("m.csv").toString(),
              folder.resolve("m.jsonl").toString(),
              folder.resolve("in").toString())) {
        out.println("##### manifest " + m);
        out.println(
            rapids.explain(
                new Manifest(spark).read(m, List.of("caption"), OptionalInt.empty())));
      }
      Dataset<Row> documents =
          new Manifest(spark).read(manifest, List.of("caption"), OptionalInt.empty());
      Dataset<Row> plan =
          Plan.inspect(
              documents,
              8,
              options(),
              new SerializableConfiguration(spark.sessionState().newHadoopConf()));
      out.println("##### inspect");
      out.println(rapids.explain(plan));
      try (Staging staging = Staging.open(spark, output, "me", Duration.ofMinutes(1))) {
        Dataset<Row> inspected = staging.keep("inspected", plan);
        ResultsTable results = new ResultsTable(spark, output);
        Dataset<Row> keys = Plan.openKeys(inspected, results.answered(Retry.ALL_ERRORS));
        out.println("##### openKeys");
        out.println(rapids.explain(keys));
        Dataset<Row> kept = keys.persist(StorageLevel.MEMORY_AND_DISK());
        kept.count();
        out.println("##### open");
        out.println(rapids.explain(Plan.open(inspected, kept)));
        out.println("##### sorted");
        Dataset<Row> open = Plan.open(inspected, kept);
        out.println(rapids.explain(Schedule.sorted(Schedule.keyed(open), 1000)));
        out.println("##### schedule");
        Dataset<Row> scheduled = Schedule.schedule(open, 1000);
        out.println(rapids.explain(scheduled));
        out.println("##### wave");
        out.println(rapids.explain(Buckets.partitions(scheduled, 0, 1)));
        out.println("##### results of");
        out.println(rapids.explain(results.of(inspected)));
      }
      } catch (Throwable t) {
        t.printStackTrace(out);
        throw t;
      }
    }
  }

  private static void dump(
      Rapids rapids, SparkSession spark, List<SparkListenerSQLExecutionEnd> ends, PrintStream out) {
    for (SparkListenerSQLExecutionEnd end : List.copyOf(ends)) {
      String name = end.executionName().isDefined() ? end.executionName().get() : "-";
      String text = end.qe().toString();
      boolean log = text.contains("_delta_log");
      out.println("### " + name + (log ? " DELTA LOG" : ""));
      if (!log || !name.equals("-") && text.length() < 20000) {
        try {
          out.println(rapids.explain(spark, end.qe()));
        } catch (RuntimeException e) {
          e.printStackTrace(out);
        }
      }
    }
    ends.clear();
  }

  private static PlanOptions options() {
    Tasks known = Tasks.load(Optional.empty());
    Map<String, Task> tasks = Map.of("caption", known.get("caption", EchoEngine.MODEL.name()));
    return new PlanOptions(
        tasks,
        RunSettings.from(new Settings(Map.of()), 2),
        EchoEngine.MODEL.fingerprint(),
        new VisualSizes(PreprocessorPath.QWEN_VL_UTILS, new PixelLimits(1, 1_000_000)),
        ExpectedAnswers.NONE);
  }

  private static void run(SparkSession spark, String manifest, OutputFolder output, Retry retry)
      throws IOException {
    new RunJob(spark, EchoEngine.access(), new Progress(System.err, Progress.Style.SILENT))
        .run(
            new RunRequest(
                manifest,
                "no-model-needed",
                output,
                List.of("caption"),
                Optional.empty(),
                Optional.empty(),
                retry,
                OptionalInt.empty()),
            new Settings(Map.of()));
  }
}
