package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.pipeline.job.PlanJob;
import io.github.qwenvlspark.pipeline.job.PlanText;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qwenvl plan}. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Says what a run of a manifest would ask, what it would take, and what would be refused.",
      "Reads headers alone and opens no model. See docs/planning.md."
    })
final class PlanCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ManifestOptions asked;
  @Mixin private ModelOptions model;

  @Option(
      names = "--output",
      description = "Folder of an earlier run's tables: what they answer is left out.")
  private String output;

  @Option(names = "--retry-errors", description = "As if what ended in an error were asked again.")
  private boolean retryErrors;

  @Option(
      names = "--tokens-per-second",
      description =
          "Prompt tokens that one executor reads in a second (default: measured in the last runs of --output).")
  private Double tokensPerSecond;

  @Option(
      names = "--executors",
      defaultValue = "1",
      description = "Executors that will share the work (default: ${DEFAULT-VALUE}).")
  private int executors;

  @Option(names = "--price-per-hour", description = "Price of one executor for an hour.")
  private Double pricePerHour;

  @Option(names = "--json", description = "Print the plan as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    requirePositive("--tokens-per-second", tokensPerSecond);
    requirePositive("--executors", (double) executors);
    Settings settings = model.settings();
    PrintWriter out = spec.commandLine().getOut();
    try (SparkSession spark = Session.open("qwenvl plan", model.overrides())) {
      PlanText plan =
          new PlanText(
              new PlanJob(spark, ModelAccess.qwenVl(), Session.progress())
                  .plan(request(), settings),
              executors,
              optional(pricePerHour));
      out.print(json ? plan.json() + System.lineSeparator() : plan.text());
      out.flush();
    }
    return 0;
  }

  private PlanJob.Request request() {
    return new PlanJob.Request(
        asked.manifest(),
        model.model(),
        Optional.ofNullable(output).map(OutputFolder::new),
        asked.tasks(),
        asked.prompt(),
        model.taskFolder(),
        retryErrors ? Retry.ALL_ERRORS : Retry.TRANSIENT,
        asked.limit(),
        optional(tokensPerSecond));
  }

  private static OptionalDouble optional(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static void requirePositive(String option, Double value) {
    if (value != null && !(value > 0)) {
      throw new BadRequestException("%s %s: a number above 0 is needed".formatted(option, value));
    }
  }
}
