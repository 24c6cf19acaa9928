package io.github.qwenvlspark.pipeline.gpu;

import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.infer.EngineFactory;
import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.pipeline.job.Progress;
import io.github.qwenvlspark.pipeline.job.RunJob;
import io.github.qwenvlspark.pipeline.job.RunRequest;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
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
      new RunJob(
              spark,
              access(Path.of(arguments[1]).toString()),
              new Progress(System.err, Progress.Style.SILENT))
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

  /** Engines that open once both are there, so that one executor cannot take all rows. */
  private static ModelAccess access(String folder) {
    ModelAccess echo = EchoEngine.access();
    EngineFactory echoes = echo.engines();
    EngineFactory together =
        (checkpoint, options) -> {
          meet(Path.of(folder));
          return echoes.open(checkpoint, options);
        };
    return echo.with(together);
  }

  private static void meet(Path folder) {
    try {
      Files.createTempFile(folder, "engine", ".opened");
      long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
      while (System.nanoTime() < deadline && opened(folder) < 2) {
        Thread.sleep(50);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long opened(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".opened")).count();
    }
  }
}
