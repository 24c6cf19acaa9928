package io.github.qwenvlspark.pipeline.gpu;

import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.job.Progress;
import io.github.qwenvlspark.pipeline.job.RunJob;
import io.github.qwenvlspark.pipeline.job.RunRequest;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.SparkSession;

/**
 * The driver of a run as a process, on the device {@code cuda}: manifest, folder of tasks and
 * output folder are its arguments. Prints which devices answered. Its engine opens no GPU.
 */
public final class GpuRun {
  private GpuRun() {}

  public static void main(String[] arguments) throws IOException {
    OutputFolder output = new OutputFolder(arguments[2]);
    try (SparkSession spark = SparkSession.builder().appName("gpus").getOrCreate()) {
      new RunJob(spark, EchoEngine.access(), new Progress(System.err, Progress.Style.SILENT))
          .run(
              new RunRequest(
                  arguments[0],
                  "no-model-needed",
                  output,
                  List.of("caption"),
                  Optional.empty(),
                  Optional.of(Path.of(arguments[1])),
                  Retry.TRANSIENT,
                  OptionalInt.empty()),
              new Settings(Map.of("spark.qwenvl.device", "cuda")));
      new ResultsTable(spark, output)
          .read().select("status", "model.device").distinct().collectAsList().stream()
              .map(row -> row.getString(0) + " " + row.getString(1))
              .forEach(System.out::println);
    }
  }
}
