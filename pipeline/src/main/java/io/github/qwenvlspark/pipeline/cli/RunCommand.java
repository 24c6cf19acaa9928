package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.pipeline.job.RunJob;
import io.github.qwenvlspark.pipeline.job.RunRequest;
import io.github.qwenvlspark.pipeline.job.RunSummary;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code qwenvl run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description =
        "Reads the documents of a manifest into a Delta table. A rerun skips what is answered.")
final class RunCommand implements Callable<Integer> {
  @Mixin private ManifestOptions asked;
  @Mixin private ModelOptions model;
  @Mixin private ErrorRateOption errors;

  @Option(names = "--output", required = true, description = "Folder of the Delta tables.")
  private String output;

  @Option(names = "--retry-errors", description = "Ask again what ended in an error.")
  private boolean retryErrors;

  @Override
  public Integer call() throws IOException {
    errors.require();
    Settings settings = model.settings();
    try (SparkSession spark = Session.open("qwenvl run", model.overrides())) {
      Run run =
          new RunJob(spark, ModelAccess.qwenVl(), Session.progress()).run(request(), settings);
      System.out.print(RunSummary.of(run));
      return errors.exitCode((double) run.tally().errors() / Math.max(1, run.tally().rows()));
    }
  }

  private RunRequest request() {
    return new RunRequest(
        asked.manifest(),
        model.model(),
        new OutputFolder(output),
        asked.tasks(),
        asked.prompt(),
        model.taskFolder(),
        retryErrors ? Retry.ALL_ERRORS : Retry.TRANSIENT,
        asked.limit());
  }
}
