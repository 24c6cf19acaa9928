package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.ExecutorCores;
import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.doctor.Deployment;
import io.github.qwenvlspark.pipeline.doctor.Doctor;
import io.github.qwenvlspark.pipeline.doctor.Finding;
import io.github.qwenvlspark.pipeline.doctor.Findings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qwenvl doctor}. Starts no Spark but for the table that {@code --output} asks for. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Looks whether this machine can run a model, and whether a cluster is configured for it.",
      "On a cluster, run it on a worker. Exit codes: 0 all is well, 1 something is wrong, 2 bad"
          + " request."
    })
final class DoctorCommand implements Callable<Integer> {
  private static final int NOT_WELL = 1;

  @Spec private CommandSpec spec;

  @Option(names = "--model", required = true, description = "Hugging Face checkpoint directory.")
  private Path model;

  @Option(names = "--uri", description = "A file or folder of the store that is to be read.")
  private String uri;

  @Option(
      names = "--output",
      description = "Folder of a run's tables: a probe and a small table are written and deleted.")
  private String output;

  @Option(names = "--tasks-dir", description = "Folder of your own task files.")
  private Path tasksDir;

  @Option(
      names = "--min-free",
      defaultValue = "2g",
      description = "Least space in each folder of spark.local.dir. Default: ${DEFAULT-VALUE}.")
  private String minFree;

  @Option(names = "--json", description = "Print the findings as JSON.")
  private boolean json;

  @Option(
      names = "--properties-file",
      description = "Settings of the cluster, such as conf/gpu-cluster.conf; --conf wins.")
  private Path properties;

  @Option(names = "--conf", description = "A Spark or spark.qwenvl setting, key=value.")
  private List<String> conf = new ArrayList<>();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, String> overrides = new TreeMap<>(ofFile());
    overrides.putAll(Session.parse(conf));
    List<Finding> findings = new Doctor(deployment(overrides), found -> say(out, found)).run();
    out.print(json ? Findings.json(findings) + System.lineSeparator() : Findings.summary(findings));
    out.flush();
    return findings.stream().anyMatch(Finding::isBad) ? NOT_WELL : 0;
  }

  private Deployment deployment(Map<String, String> overrides) {
    SparkConf spark = new SparkConf();
    overrides.forEach(spark::set);
    Settings given = Session.settings(overrides);
    return new Deployment(
        model,
        RunSettings.from(given, ExecutorCores.of(spark)),
        spark,
        Optional.ofNullable(uri),
        Optional.ofNullable(output),
        Optional.ofNullable(tasksDir),
        leastFree(),
        () -> local(overrides));
  }

  /** A session of this process with what a cluster is told of Delta and of stores. */
  private static SparkSession local(Map<String, String> overrides) {
    Map<String, String> here = new TreeMap<>(overrides);
    here.keySet()
        .removeIf(
            key -> key.equals("spark.plugins") || key.matches("spark\\.(executor|task)\\.res.*"));
    here.put("spark.master", "local[1]");
    return Session.open("qwenvl doctor", here);
  }

  private long leastFree() {
    try {
      return JavaUtils.byteStringAsBytes(minFree);
    } catch (NumberFormatException e) {
      throw new BadRequestException(
          "--min-free %s: a size such as 500m or 20g is needed".formatted(minFree), e);
    }
  }

  /** As spark-submit reads it. */
  private Map<String, String> ofFile() {
    Map<String, String> values = new TreeMap<>();
    if (properties != null) {
      Properties lines = new Properties();
      try (Reader file = Files.newBufferedReader(properties)) {
        lines.load(file);
      } catch (IOException e) {
        throw new BadRequestException(
            "--properties-file %s: cannot be read".formatted(properties), e);
      }
      lines.stringPropertyNames().stream()
          .filter(key -> key.startsWith("spark."))
          .forEach(key -> values.put(key, lines.getProperty(key).strip()));
    }
    return values;
  }

  private void say(PrintWriter out, Finding finding) {
    if (!json) {
      out.print(Findings.line(finding));
      out.flush();
    }
  }
}
