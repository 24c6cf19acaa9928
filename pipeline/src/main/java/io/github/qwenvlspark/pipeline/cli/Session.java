package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.GpuRules;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.job.Progress;
import io.github.qwenvlspark.pipeline.metrics.EnginePlugin;
import io.github.qwenvlspark.pipeline.write.S3ConditionalLogStore;
import io.github.qwenvlspark.udfs.sql.QwenVlExtensions;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The Spark session of a command: what spark-submit says, and sound defaults for a laptop. */
final class Session {
  private static final String PLUGINS = "spark.plugins";
  private static final String PROMETHEUS = "spark.metrics.conf.*.sink.prometheusServlet.";

  private Session() {}

  /** {@code --conf key=value} options as a map. */
  static Map<String, String> parse(List<String> options) {
    Map<String, String> conf = new HashMap<>();
    for (String option : options) {
      int equals = option.indexOf('=');
      if (equals < 1) {
        throw new BadRequestException("--conf %s: key=value is needed".formatted(option));
      }
      conf.put(option.substring(0, equals), option.substring(equals + 1));
    }
    return conf;
  }

  /** Settings from spark-submit, overridden by the command line. */
  static Settings settings(Map<String, String> overrides) {
    Map<String, String> all = new HashMap<>();
    for (scala.Tuple2<String, String> entry : new SparkConf().getAll()) {
      all.put(entry._1(), entry._2());
    }
    all.putAll(overrides);
    return new Settings(all);
  }

  /** Opens the session; the caller closes it. */
  static SparkSession open(String name, Map<String, String> overrides) {
    SparkConf conf = new SparkConf();
    overrides.forEach(conf::set);
    conf.setIfMissing("spark.master", "local[*]");
    conf.setIfMissing("spark.app.name", name);
    if (conf.get("spark.master").startsWith("local")) {
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.sql.shuffle.partitions", "8");
      conf.setIfMissing("spark.databricks.delta.snapshotPartitions", "2");
      conf.setIfMissing("spark.sql.sources.parallelPartitionDiscovery.parallelism", "8");
    }
    conf.setIfMissing("spark.sql.session.timeZone", "UTC");
    // Spark 4's default, in Spark 3.5 too.
    conf.setIfMissing("spark.sql.ansi.enabled", "true");
    // Answers are committed while others are read: neither waits for the other's last task.
    conf.setIfMissing("spark.scheduler.mode", "FAIR");
    // A task reads a few rows and takes minutes of the model: an idle executor is worse than a far
    // one.
    conf.setIfMissing("spark.locality.wait", "0s");
    conf.setIfMissing(
        "spark.sql.extensions",
        "io.delta.sql.DeltaSparkSessionExtension," + QwenVlExtensions.class.getName());
    conf.setIfMissing(
        "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    if (!conf.contains("spark.delta.logStore.class")) { // Delta takes either, never both
      conf.setIfMissing("spark.delta.logStore.s3a.impl", S3ConditionalLogStore.class.getName());
    }
    watched(conf);
    GpuRules.require(conf); // here, for executors come with the session
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /** Our metrics beside the plugins that are wanted, shown where the UI is. */
  private static void watched(SparkConf conf) {
    String ours = EnginePlugin.class.getName();
    List<String> plugins = List.of(conf.get(PLUGINS, "").strip().split("\\s*,\\s*", -1));
    if (!plugins.contains(ours)) {
      conf.set(
          PLUGINS,
          Stream.concat(plugins.stream(), Stream.of(ours))
              .filter(plugin -> !plugin.isBlank())
              .collect(Collectors.joining(",")));
    }
    conf.setIfMissing(PROMETHEUS + "class", "org.apache.spark.metrics.sink.PrometheusServlet");
    conf.setIfMissing(PROMETHEUS + "path", "/metrics/prometheus");
  }

  /** For what a model wrote: files and pipes get it as it is, a terminal without what it obeys. */
  static OutputStream output() {
    return System.getenv("QWENVL_TERMINAL_OUTPUT") == null
        ? System.out
        : new TerminalOutput(System.out);
  }

  /** The launcher knows whether people look at its standard error; a log must not be redrawn. */
  static Progress progress() {
    return new Progress(
        System.err,
        System.getenv("QWENVL_TERMINAL") == null ? Progress.Style.LOG : Progress.Style.TERMINAL);
  }
}
