package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.job.Demo;
import io.github.qwenvlspark.pipeline.job.DemoJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code qwenvl demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Reads the shipped samples with the shipped small model and shows what comes out.")
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--output",
      defaultValue = "demo-output",
      description = "Folder for tables and report, made anew (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Option(
      names = "--demo-dir",
      defaultValue = "pipeline/demo",
      description = "Folder of demo model and samples (default: ${DEFAULT-VALUE}).")
  private Path demoDir;

  @Override
  public Integer call() throws IOException {
    Demo demo = new Demo(demoDir.toAbsolutePath().normalize());
    if (!Files.exists(demo.manifest())) {
      throw new BadRequestException(
          "No demo in %s: start the command in the repository, or give --demo-dir"
              .formatted(demoDir));
    }
    clear(output);
    Map<String, String> conf = new HashMap<>();
    conf.put("spark.qwenvl.engine.maxContextTokens", "1024");
    // A hundred rows: compiling Spark's plans would take longer than running them.
    conf.put("spark.sql.codegen.wholeStage", "false");
    conf.put("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    conf.put("spark.sql.shuffle.partitions", "2");
    Settings settings = Session.settings(conf);
    try (SparkSession spark = Session.open("qwenvl demo", conf)) {
      new DemoJob(spark, demo, Session.progress(), System.out).run(output, settings);
    }
    return 0;
  }

  /** Removes the output of an earlier demo, and nothing else. */
  private static void clear(Path output) throws IOException {
    if (!Files.exists(output)) {
      return;
    }
    try (var entries = Files.list(output)) {
      List<String> strangers =
          entries
              .map(entry -> entry.getFileName().toString())
              .filter(name -> !List.of("results", "runs", "report.html", "_staging").contains(name))
              .toList();
      if (!strangers.isEmpty()) {
        throw new BadRequestException(
            "%s holds more than an earlier demo's output (%s); give another --output"
                .formatted(output, strangers.get(0)));
      }
    }
    try (var files = Files.walk(output)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
