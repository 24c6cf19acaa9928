package io.github.qwenvlspark.pipeline.testing;

import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.testing.StandaloneCluster.Submission;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster.SubmitResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandaloneClusterIT {
  private static final String PROBE = ClusterProbe.class.getName();

  @TempDir static Path temp;
  private static StandaloneCluster cluster;
  private static Path probe;

  @BeforeAll
  static void start() throws IOException {
    probe = jarOf(ClusterProbe.class, temp.resolve("probe.jar"));
    cluster = StandaloneCluster.start("StandaloneClusterIT");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void twoExecutorProcessesWriteOneDeltaTableInS3() {
    try (InProcessS3 s3 = InProcessS3.start()) {
      String bucket = s3.createBucket("probe");

      SubmitResult result =
          cluster.submit(probe, s3.sparkConf(), PROBE, "s3a://%s/pids".formatted(bucket));

      assertThat(result.exitCode()).as(result.output()).isZero();
      List<String> lines = result.out().lines().toList();
      assertThat(lines).filteredOn(line -> line.startsWith("driver=")).hasSize(1);
      assertThat(lines).filteredOn(line -> line.startsWith("executor=")).hasSize(2);
      assertThat(lines.stream().map(line -> line.replaceAll("\\D", "")).distinct()).hasSize(3);
      assertThat(s3.keys(bucket)).contains("pids/_delta_log/00000000000000000000.json");
    }
  }

  @Test
  void aFailedApplicationTellsItsExitCodeAndWhy() {
    SubmitResult result = cluster.submit(probe, Map.of(), "no.such.Main");

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.output()).contains("no.such.Main");
  }

  @Test
  void aKilledDriverTakesItsExecutorsAlong() {
    Submission submission =
        cluster.start(probe, Map.of(), PROBE, temp.resolve("killed").toString());
    List<ProcessHandle> executors = submission.awaitExecutors();

    submission.kill();

    assertThat(submission.isAlive()).isFalse();
    assertThat(executors)
        .hasSize(2)
        .allSatisfy(executor -> assertThat(executor.onExit()).succeedsWithin(ofMinutes(1)));
  }

  /** Packs a test class and its nested classes as spark-submit wants them. */
  private static Path jarOf(Class<?> main, Path jar) throws IOException {
    String folder = main.getPackageName().replace('.', '/');
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.list(Path.of("target", "test-classes", folder))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(main.getSimpleName() + ".")
            || name.startsWith(main.getSimpleName() + "$")) {
          out.putNextEntry(new JarEntry(folder + "/" + name));
          Files.copy(file, out);
          out.closeEntry();
        }
      }
    }
    return jar;
  }
}
