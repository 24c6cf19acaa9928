package io.github.qwenvlspark.pipeline.crash;

import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.crash.Gates.Point;
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
import java.util.TreeMap;
import org.apache.spark.scheduler.SparkListener;
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
      spark.sparkContext().addSparkListener(new TaskEnds());
      Map<String, String> settings = new TreeMap<>();
      for (Tuple2<String, String> entry : spark.sparkContext().getConf().getAll()) {
        settings.put(entry._1(), entry._2());
      }
      Run run =
          run(spark, arguments[0], Path.of(arguments[1]), arguments[2], new Settings(settings));
      System.out.printf(
          "requests=%d ok=%d errors=%d skipped=%d%n",
          run.requests(), run.tally().ok(), run.tally().errors(), run.skipped());
    }
  }

  /** Runs the task {@code say} in this JVM. */
  static Run run(
      SparkSession spark, String manifest, Path tasks, String output, Settings settings) {
    return new RunJob(spark, GatedEngine.access(), new Progress(System.err, Progress.Style.SILENT))
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

  /** Makes the success of a Spark task a point that is passed. */
  private static final class TaskEnds extends SparkListener {
    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.taskInfo().successful()) {
        try {
          Gates.pass(
              Point.TASK_END,
              "executor %s%s"
                  .formatted(
                      end.taskInfo().executorId(),
                      end.taskInfo().speculative() ? ", speculative" : ""));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
