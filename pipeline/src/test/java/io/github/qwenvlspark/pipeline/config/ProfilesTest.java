package io.github.qwenvlspark.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.qwenvlspark.runtime.Device;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.sql.delta.sources.DeltaSQLConf;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.internal.StaticSQLConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file {@code conf/*.conf} is what spark-submit, Spark, Delta and our own settings take. */
class ProfilesTest {
  private static final Path CONF = Path.of("../conf");

  /** Keys of jars that a build does not have, and keys that end in a name of the user's. */
  private static final String FOREIGN =
      "spark\\.master|spark\\.(kubernetes|rapids|hadoop|executorEnv|delta|qwenvl)\\..*"
          + "|spark\\.(executor|task)\\.resource\\.gpu\\..*"
          + "|spark\\.sql\\.catalog\\.spark_catalog";

  @TempDir Path temp;

  static Stream<Path> profiles() throws IOException {
    try (Stream<Path> files = Files.list(CONF)) {
      return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList().stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("profiles")
  void everyLineIsACommentOrASettingOfSpark(Path profile) throws IOException {
    List<String> lines = Files.readAllLines(profile);
    List<String> settings =
        lines.stream().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();

    assertThat(lines.get(0)).startsWith("# ");
    assertThat(settings).isNotEmpty().hasSameSizeAs(read(profile).keySet());
    assertThat(read(profile)).allSatisfy((key, value) -> assertThat(key).startsWith("spark."));
    assertThat(read(profile).values()).noneMatch(value -> value.isBlank() || value.contains(" "));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("profiles")
  void sparkAndDeltaKnowTheKeysAndTakeTheValues(Path profile) throws IOException {
    // Each of these registers its keys when it is first used.
    assertThat(DeltaSQLConf.DELTA_SNAPSHOT_PARTITIONS()).isNotNull();
    assertThat(StaticSQLConf.SPARK_SESSION_EXTENSIONS()).isNotNull();
    assertThat(org.apache.spark.internal.config.package$.MODULE$).isNotNull();
    assertThat(org.apache.spark.internal.config.Network$.MODULE$).isNotNull();
    SQLConf sql = new SQLConf();
    SparkConf conf = spark(profile);
    read(profile)
        .forEach(
            (key, value) -> {
              ConfigEntry<?> entry = ConfigEntry.findEntry(key);
              assertThat(entry != null || key.matches(FOREIGN)).as(key).isTrue();
              if (entry != null) {
                assertThatCode(() -> conf.get(entry)).as(key).doesNotThrowAnyException();
              }
              if (key.startsWith("spark.sql.") || key.startsWith("spark.databricks.")) {
                sql.setConfString(key, value);
              }
            });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("profiles")
  void ourOwnSettingsAreSoundAndGpusAreWellPlaced(Path profile) throws IOException {
    RunSettings settings = RunSettings.from(new Settings(read(profile)), 8);
    Device device = settings.engine().device();

    assertThat(device instanceof Device.Cuda)
        .isEqualTo(profile.getFileName().toString().startsWith("gpu-"));
    assertThat(GpuRules.problems(device, spark(profile))).isEmpty();
    assertThatCode(() -> ExecutorMemory.of(spark(profile))).doesNotThrowAnyException();
  }

  @Test
  void theDiscoveryScriptTellsSparkTheNumbersOfNvidiaSmi() throws Exception {
    assertThat(discovered("printf '0\\n1\\n'"))
        .isEqualTo("{\"name\": \"gpu\", \"addresses\": [\"0\",\"1\"]}\n");
    assertThat(discovered("exit 9")).contains("nvidia-smi failed").doesNotContain("addresses");
  }

  /** What the script says where {@code nvidia-smi} does this. */
  private String discovered(String nvidiaSmi) throws IOException, InterruptedException {
    Path fake = Files.writeString(temp.resolve("nvidia-smi"), "#!/bin/sh\n" + nvidiaSmi + "\n");
    assertThat(fake.toFile().setExecutable(true)).isTrue();
    ProcessBuilder script =
        new ProcessBuilder("sh", CONF.resolve("getGpusResources.sh").toString());
    script.environment().merge("PATH", temp + ":", (path, first) -> first + path);
    Process process = script.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  /** As spark-submit would have it for a cluster, where the profile names no master. */
  private static SparkConf spark(Path profile) throws IOException {
    SparkConf conf = new SparkConf(false).set("spark.master", "spark://m:7077");
    read(profile).forEach(conf::set);
    return conf;
  }

  /** As spark-submit reads it. */
  private static Map<String, String> read(Path profile) throws IOException {
    Properties properties = new Properties();
    try (Reader file = Files.newBufferedReader(profile)) {
      properties.load(file);
    }
    Map<String, String> values = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return values;
  }
}
