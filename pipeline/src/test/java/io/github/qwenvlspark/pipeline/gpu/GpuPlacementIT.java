package io.github.qwenvlspark.pipeline.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster.SubmitResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two workers with a made-up GPU each: every executor takes its own. */
@Tag("long")
class GpuPlacementIT {
  /** Gives the first who asks number 0, the second number 1. */
  private static final String DISCOVERY =
      """
      #!/bin/sh
      for gpu in 0 1; do
        if mkdir "$(dirname "$0")/taken-$gpu" 2>/dev/null; then
          echo "{\\"name\\": \\"gpu\\", \\"addresses\\": [\\"$gpu\\"]}"
          exit 0
        fi
      done
      exit 1
      """;

  @TempDir Path folder;

  @Test
  void everyExecutorAnswersOnTheGpuThatSparkGaveIt() throws IOException {
    try (StandaloneCluster cluster = StandaloneCluster.start("GpuPlacementIT", worker())) {
      String classPath = System.getProperty("java.class.path");
      Map<String, String> conf =
          Map.of(
              "spark.driver.extraClassPath", classPath,
              "spark.executor.extraClassPath", classPath,
              "spark.executor.memory", "512m",
              "spark.executor.resource.gpu.amount", "1",
              "spark.task.resource.gpu.amount", "1",
              "spark.sql.codegen.wholeStage", "false", // interpreting a few rows is quicker
              "spark.sql.codegen.factoryMode", "NO_CODEGEN");

      SubmitResult result =
          cluster
              .start(
                  conf,
                  GpuRun.class.getName(),
                  manifest(),
                  folder.toString(),
                  folder.resolve("out").toString())
              .await();

      assertThat(result.exitCode()).as(result.output()).isZero();
      assertThat(result.out().lines()).containsExactlyInAnyOrder("ok cuda:0", "ok cuda:1");
    }
  }

  private Map<String, String> worker() throws IOException {
    Path script = Files.writeString(folder.resolve("gpus.sh"), DISCOVERY);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return Map.of(
        "spark.worker.resource.gpu.amount",
        "1",
        "spark.worker.resource.gpu.discoveryScript",
        script.toString());
  }

  private String manifest() {
    SampleFiles files = new SampleFiles(folder);
    StringBuilder lines = new StringBuilder("uri\n");
    for (int i = 0; i < 12; i++) {
      files.picture(i + ".png", 40 + 10 * i, 40);
      lines.append(i).append(".png\n");
    }
    return files.text("manifest.csv", lines.toString()).toString();
  }
}
