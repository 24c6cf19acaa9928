package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.job.MaintainJob;
import io.github.qwenvlspark.pipeline.job.MaintainJob.Report;
import io.github.qwenvlspark.pipeline.job.MaintainJob.TableReport;
import io.github.qwenvlspark.pipeline.job.MaintainJob.Wanted;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code qwenvl maintain}. */
@Command(
    name = "maintain",
    mixinStandardHelpOptions = true,
    description =
        "Compacts the tables of an output folder, removes files of old versions and what dead runs left.")
final class MaintainCommand implements Callable<Integer> {
  @Option(names = "--output", required = true, description = "Folder of the Delta tables.")
  private String output;

  @Option(
      names = "--retain-hours",
      defaultValue = "168",
      description = "How long files of old versions are kept (default: ${DEFAULT-VALUE}).")
  private int retainHours;

  @Option(
      names = "--dead-hours",
      defaultValue = "24",
      description =
          "How long a run has at least given no sign of life when its staging folder is removed (default: ${DEFAULT-VALUE}).")
  private int deadHours;

  @Option(
      names = "--cluster",
      description =
          "Cluster results by uri and task from now on; writers must know Delta's clustered tables.")
  private boolean cluster;

  @Option(names = "--dry-run", description = "Say what would be done, and change nothing.")
  private boolean dryRun;

  @Option(names = "--conf", description = "A Spark setting, key=value.")
  private List<String> conf = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    if (retainHours < 0 || deadHours < 1) {
      throw new BadRequestException("--retain-hours is at least 0, --dead-hours at least 1");
    }
    Wanted wanted =
        new Wanted(Duration.ofHours(retainHours), Duration.ofHours(deadHours), cluster, dryRun);
    try (SparkSession spark = Session.open("qwenvl maintain", Session.parse(conf))) {
      System.out.print(text(new MaintainJob(spark).run(new OutputFolder(output), wanted)));
    }
    return 0;
  }

  private String text(Report report) {
    StringBuilder text = new StringBuilder();
    for (TableReport table : report.tables()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s: %,d files of %.1f MB together",
              table.table(),
              table.files(),
              table.bytes() / 1e6));
      text.append(
          String.format(
              Locale.ROOT,
              dryRun
                  ? "; %3$,d files of old versions would be removed%n"
                  : "; %,d became %,d; %,d files of old versions removed%n",
              table.compacted(),
              table.into(),
              table.removed()));
    }
    text.append(
        report.deadRuns().isEmpty()
            ? "No run has left anything behind%n".formatted()
            : "%s what dead runs left: %s%n"
                .formatted(
                    dryRun ? "Would remove" : "Removed", String.join(", ", report.deadRuns())));
    return text.toString();
  }
}
