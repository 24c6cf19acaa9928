package io.github.qwenvlspark.pipeline.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster.SubmitResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two executors as processes, and a manifest in which few documents are most of the work. */
@Tag("long")
class BalanceIT {
  private static final Pattern READING = Pattern.compile("executor=\\d+ reading=(\\d+)");

  @TempDir Path folder;

  @Test
  void twoExecutorsShareASkewedManifest() {
    try (StandaloneCluster cluster = StandaloneCluster.start("BalanceIT")) {
      SubmitResult result =
          cluster
              .start(
                  settings(),
                  CrashRun.class.getName(),
                  skewedManifest().toString(),
                  folder.resolve("tasks").toString(),
                  folder.resolve("out").toString(),
                  folder.resolve("no-gates").toString(),
                  "3")
              .await();

      assertThat(result.exitCode()).as(result.output()).isZero();
      List<Long> busy =
          READING
              .matcher(result.out())
              .results()
              .map(MatchResult::group)
              .map(line -> Long.parseLong(line.replaceAll(".*=", "")))
              .toList();
      double mean = busy.stream().mapToLong(Long::longValue).average().orElseThrow();
      double slowest = busy.stream().mapToLong(Long::longValue).max().orElseThrow();
      System.out.printf("Busy %s ms: slowest / mean = %.3f%n", busy, slowest / mean);
      assertThat(busy).hasSize(2);
      assertThat(slowest / mean).isLessThanOrEqualTo(1.2);
    }
  }

  private static Map<String, String> settings() {
    String classPath = System.getProperty("java.class.path");
    Map<String, String> settings = new TreeMap<>();
    settings.put("spark.driver.extraClassPath", classPath);
    settings.put("spark.executor.extraClassPath", classPath);
    settings.put("spark.executor.memory", "512m");
    settings.put("spark.locality.wait", "0s"); // as the command sets it
    settings.put("spark.sql.codegen.wholeStage", "false");
    settings.put("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    return settings;
  }

  /** 6 large pictures and a long PDF beside 60 small ones. */
  private Path skewedManifest() {
    SampleFiles files = new SampleFiles(folder);
    files.text(
        "tasks/say.yaml",
        """
        task: say
        media: [image, pdf]
        prompt: "{say}"
        parameters: {say: hello}
        answer: text
        max_new_tokens: 64
        """);
    StringBuilder manifest = new StringBuilder("uri\n");
    for (int i = 0; i < 60; i++) {
      files.picture("in/small-%d.png".formatted(i), 140, 140);
      manifest.append("in/small-%d.png%n".formatted(i));
      if (i % 10 == 0) {
        files.picture("in/large-%d.png".formatted(i), 980, 980);
        manifest.append("in/large-%d.png%n".formatted(i));
      }
    }
    files.pdf("in/long.pdf", 40);
    manifest.append("in/long.pdf\n");
    return files.text("manifest.csv", manifest.toString());
  }
}
