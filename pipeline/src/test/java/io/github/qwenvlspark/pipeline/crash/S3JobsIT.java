package io.github.qwenvlspark.pipeline.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.crash.Gates.Gate;
import io.github.qwenvlspark.pipeline.crash.Gates.Point;
import io.github.qwenvlspark.pipeline.testing.InProcessS3;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster.Submission;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster.SubmitResult;
import io.github.qwenvlspark.pipeline.write.S3ConditionalLogStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drivers as processes that write one table in S3, where no file can be renamed. */
@Tag("long")
class S3JobsIT {
  @TempDir static Path folder;
  private static InProcessS3 s3;
  private static Map<String, String> conf;
  private static StandaloneCluster cluster;
  private static CrashScene scene;

  @BeforeAll
  static void start() {
    s3 = InProcessS3.start();
    conf = new TreeMap<>(s3.sparkConf());
    conf.put("spark.delta.logStore.s3a.impl", S3ConditionalLogStore.class.getName());
    scene = CrashScene.in(folder, conf);
    cluster = StandaloneCluster.start("S3JobsIT");
  }

  @AfterAll
  static void stop() {
    cluster.close();
    scene.close();
    s3.close();
  }

  @Test
  void twoJobsAtATimeOnOneTableWriteNoKeyTwice() {
    String output = "s3a://%s/out".formatted(s3.createBucket("jobs"));
    Gates gates = scene.gates("two");
    Gate both = gates.hold(Point.ASK, "picture 0", 2);
    Map<String, String> oneCore = new TreeMap<>(conf);
    oneCore.put("spark.cores.max", "1");
    List<Submission> runs =
        List.of(
            scene.start(cluster, output, gates, oneCore),
            scene.start(cluster, output, gates, oneCore));
    runs.forEach(both::await);
    both.open();

    for (Submission run : runs) {
      SubmitResult result = run.await();
      assertThat(result.exitCode()).as(result.output()).isZero();
    }
    scene.assertComplete(output);
    scene.assertARerunCompletes(output, 0);
  }

  @Test
  void commitsWhoseAnswersGetLostAreNeitherLostNorDoubled() {
    String bucket = s3.createBucket("lost");
    s3.loseAnswersToWrites(bucket, Pattern.compile("results/_delta_log/0*1\\.json$"), 1);

    scene.assertARerunCompletes("s3a://%s/out".formatted(bucket), CrashScene.REQUESTS);
  }
}
