package io.github.qwenvlspark.pipeline.crash;

import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.crash.Gates.Point;
import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.pipeline.job.Progress;
import io.github.qwenvlspark.pipeline.job.RunJob;
import io.github.qwenvlspark.pipeline.job.RunRequest;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * The driver of a run as a process: manifest, folder of tasks, output folder and folder of gates
 * are its arguments, everything else comes by {@code spark-submit --conf}.
 */
public final class CrashRun {
  private CrashRun() {}

  public static void main(String[] arguments) throws IOException {
    new Gates(Path.of(arguments[3])).here();
    try (SparkSession spark = SparkSession.builder().appName("crash").getOrCreate()) {
      TaskEnds taskEnds = new TaskEnds();
      spark.sparkContext().addSparkListener(taskEnds);
      Map<String, String> settings = new TreeMap<>();
      for (Tuple2<String, String> entry : spark.sparkContext().getConf().getAll()) {
        settings.put(entry._1(), entry._2());
      }
      Run run =
          run(
              spark,
              GatedEngine.access(Double.parseDouble(arguments[4])),
              arguments[0],
              Path.of(arguments[1]),
              arguments[2],
              new Settings(settings));
      System.out.printf(
          "requests=%d ok=%d errors=%d skipped=%d%n",
          run.requests(), run.tally().ok(), run.tally().errors(), run.skipped());
      taskEnds.readingMs.forEach(
          (executor, ms) -> System.out.printf("executor=%s reading=%d%n", executor, ms));
    }
  }

  /** Runs the task {@code say} in this JVM. */
  static Run run(
      SparkSession spark,
      ModelAccess model,
      String manifest,
      Path tasks,
      String output,
      Settings settings) {
    return new RunJob(spark, model, new Progress(System.err, Progress.Style.SILENT))
        .run(
            new RunRequest(
                manifest,
                "no-model-needed",
                new OutputFolder(output),
                List.of("say"),
                Optional.empty(),
                Optional.of(tasks),
                Retry.TRANSIENT,
                OptionalInt.empty()),
            settings);
  }

  /** Makes the success of a Spark task a point that is passed, and adds up who read how long. */
  private static final class TaskEnds extends SparkListener {
    private static final String READING = "qwenvl: reading";

    private final Set<Integer> readingStages = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> readingMs = new ConcurrentHashMap<>();

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted stage) {
      String job = stage.properties().getProperty("spark.job.description", "");
      if (job.startsWith(READING)) {
        readingStages.add(stage.stageInfo().stageId());
      }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      String executor = end.taskInfo().executorId();
      if (readingStages.contains(end.stageId()) && end.taskMetrics() != null) {
        readingMs.merge(executor, end.taskMetrics().executorRunTime(), Long::sum);
      }
      if (end.taskInfo().successful()) {
        String speculative = end.taskInfo().speculative() ? ", speculative" : "";
        try {
          Gates.pass(Point.TASK_END, "executor " + executor + speculative);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
