package io.github.qwenvlspark.pipeline.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.infer.FreshEngine;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster.Submission;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Documents, and output folders they are read into: by processes that a test disturbs, and by this
 * JVM, which stands for a driver that is started again. Confined to one thread.
 */
final class CrashScene implements AutoCloseable {
  /** Requests that the documents make: one of them ends as an error. */
  static final int REQUESTS = 12;

  private static final int PICTURES = 9;

  /** What two runs never have in common. */
  private static final String[] DIFFERENT = {"run_id", "commit_seq", "timing", "created_at"};

  private final java.nio.file.Path folder;
  private final SparkSession spark;
  private final List<String> undisturbed;

  private CrashScene(java.nio.file.Path folder, SparkSession spark) {
    this.folder = folder;
    this.spark = spark;
    undisturbed();
    this.undisturbed = rows(output("undisturbed"));
  }

  /** Makes the documents and reads them undisturbed; the caller closes the scene. */
  static CrashScene in(java.nio.file.Path folder, Map<String, String> conf) {
    SampleFiles files = new SampleFiles(folder);
    files.text(
        "tasks/say.yaml",
        """
        task: say
        media: [image, pdf, video]
        prompt: "{say}"
        parameters: {say: hello}
        answer: text
        """);
    StringBuilder manifest = new StringBuilder("id,uri,say\n");
    for (int i = 0; i < PICTURES; i++) {
      files.picture("in/%d.png".formatted(i), 40 + 10 * i, 40);
      manifest.append("p%d,in/%d.png,picture %d%n".formatted(i, i, i));
    }
    files.pdf("in/two.pdf", 2);
    files.empty("in/empty.png");
    manifest.append("pdf,in/two.pdf,page\nempty,in/empty.png,nothing\n");
    files.text("manifest.csv", manifest.toString());
    LocalSpark.stop();
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    settings().forEach(builder::config);
    conf.forEach(builder::config);
    SparkSession spark = builder.getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    return new CrashScene(folder, spark);
  }

  private void undisturbed() {
    Run run = rerun(output("undisturbed"));
    assertThat(run.tally().rows()).isEqualTo(REQUESTS);
  }

  /** For all JVMs. */
  private static Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("spark.hadoop.fs.crash.impl", CrashFiles.class.getName());
    settings.put("spark.delta.logStore.crash.impl", "io.delta.storage.LocalLogStore");
    settings.put("spark.qwenvl.fetch.schemes", "crash");
    settings.put("spark.sql.codegen.wholeStage", "false"); // interpreting a few rows is quicker
    settings.put("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    return settings;
  }

  /** Gates of one test. */
  Gates gates(String name) {
    return new Gates(folder.resolve("gates-" + name));
  }

  /** An output folder of one test. */
  String output(String name) {
    return "crash:" + folder.resolve("out-" + name);
  }

  /** Starts a run as processes; {@code more} wins over the settings of all. */
  Submission start(
      StandaloneCluster cluster, String output, Gates gates, Map<String, String> more) {
    String classPath = System.getProperty("java.class.path");
    Map<String, String> conf = new TreeMap<>(settings());
    conf.put("spark.driver.extraClassPath", classPath);
    conf.put("spark.executor.extraClassPath", classPath);
    conf.put("spark.executor.memory", "512m");
    conf.put(
        "spark.executor.extraJavaOptions",
        "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC " + gates.javaOption());
    conf.putAll(more);
    return cluster.start(
        conf,
        CrashRun.class.getName(),
        manifest(),
        folder.resolve("tasks").toString(),
        output,
        gates.folder().toString(),
        "0");
  }

  /** Runs in this JVM, as whoever starts a job again. */
  Run rerun(String output) {
    bury(output);
    FreshEngine.forget();
    try {
      return CrashRun.run(
          spark,
          GatedEngine.access(0),
          manifest(),
          folder.resolve("tasks"),
          output,
          new Settings(settings()));
    } finally {
      FreshEngine.forget();
    }
  }

  /** As if a killed run had been silent for an hour. */
  private void bury(String output) {
    Path staging = new Path(output, "_staging");
    try {
      FileSystem store = staging.getFileSystem(spark.sessionState().newHadoopConf());
      for (FileStatus sign : store.globStatus(new Path(staging, "*/alive-*"))) {
        store.setTimes(sign.getPath(), sign.getModificationTime() - 3_600_000, -1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String manifest() {
    return "crash:" + folder.resolve("manifest.csv");
  }

  /**
   * What holds after whatever happened, once a run was started again: nothing is asked twice, the
   * table is that of an undisturbed run, and nothing else is left.
   *
   * @param missing requests that the disturbed run left open
   */
  void assertARerunCompletes(String output, int missing) {
    int asked = EchoEngine.asked();

    Run rerun = rerun(output);

    assertThat(rerun.requests()).isEqualTo(REQUESTS);
    assertThat(rerun.tally().rows()).isEqualTo(missing);
    assertThat(EchoEngine.asked() - asked).isLessThanOrEqualTo(missing);
    assertComplete(output);
  }

  /** The table is that of an undisturbed run, runs balance, nothing else is left. */
  void assertComplete(String output) {
    assertThat(rows(output)).isEqualTo(undisturbed);
    Dataset<Row> runs = spark.read().format("delta").load(output + "/runs");
    assertThat(runs.where("requests <> ok + errors + skipped").collectAsList()).isEmpty();
    assertThat(staged(output)).isEmpty();
  }

  /** All results but what never agrees, in order of their keys. */
  List<String> rows(String output) {
    Dataset<Row> results = spark.read().format("delta").load(output + "/results");
    return results.orderBy("request_key").drop(DIFFERENT).toJSON().collectAsList();
  }

  /** Requests that are not answered yet. */
  int missing(String output) {
    return REQUESTS - rows(output).size();
  }

  /** What runs left behind. */
  private List<String> staged(String output) {
    Path staging = new Path(output, "_staging");
    try {
      FileSystem store = staging.getFileSystem(spark.sessionState().newHadoopConf());
      return store.exists(staging)
          ? Stream.of(store.listStatus(staging)).map(FileStatus::toString).toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    Gates.nowhere();
    spark.stop();
  }
}
