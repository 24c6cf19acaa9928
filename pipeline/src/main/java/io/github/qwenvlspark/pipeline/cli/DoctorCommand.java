package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.doctor.Doctor;
import io.github.qwenvlspark.pipeline.doctor.Finding;
import io.github.qwenvlspark.pipeline.doctor.Findings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qwenvl doctor}. Starts no Spark. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Looks whether this machine can run a model: memory, native libraries, folders, store.",
      "On a cluster, run it on a worker. Exit codes: 0 all is well, 1 something is wrong, 2 bad request."
    })
final class DoctorCommand implements Callable<Integer> {
  private static final String HADOOP = "spark.hadoop.";
  private static final int NOT_WELL = 1;

  @Spec private CommandSpec spec;

  @Option(names = "--model", required = true, description = "Hugging Face checkpoint directory.")
  private Path model;

  @Option(names = "--uri", description = "A file or folder of the store that is to be read.")
  private String uri;

  @Option(names = "--json", description = "Print the findings as JSON.")
  private boolean json;

  @Option(names = "--conf", description = "A Spark or spark.qwenvl setting, key=value.")
  private List<String> conf = new ArrayList<>();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, String> overrides = Session.parse(conf);
    Settings given = Session.settings(overrides);
    RunSettings settings = RunSettings.from(given, Runtime.getRuntime().availableProcessors());
    List<Finding> findings =
        new Doctor(model, settings)
            .run(Optional.ofNullable(uri), hadoop(overrides), finding -> say(out, finding));
    out.print(json ? Findings.json(findings) + System.lineSeparator() : Findings.summary(findings));
    out.flush();
    return findings.stream().anyMatch(Finding::isBad) ? NOT_WELL : 0;
  }

  private void say(PrintWriter out, Finding finding) {
    if (!json) {
      out.print(Findings.line(finding));
      out.flush();
    }
  }

  private static Configuration hadoop(Map<String, String> overrides) {
    SparkConf spark = new SparkConf();
    overrides.forEach(spark::set);
    Configuration hadoop = new Configuration();
    for (scala.Tuple2<String, String> entry : spark.getAll()) {
      if (entry._1().startsWith(HADOOP)) {
        hadoop.set(entry._1().substring(HADOOP.length()), entry._2());
      }
    }
    return hadoop;
  }
}
