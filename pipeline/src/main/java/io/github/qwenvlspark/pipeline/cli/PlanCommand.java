package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.pipeline.job.PlanJob;
import io.github.qwenvlspark.pipeline.job.PlanText;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
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

  @Option(
      names = "--manifest",
      required = true,
      description = "A .csv, .jsonl, .parquet or .txt file, a Delta table, a folder or a glob.")
  private String manifest;

  @Option(names = "--model", required = true, description = "Hugging Face checkpoint directory.")
  private String model;

  @Option(names = "--adapter", description = "LoRA adapter for the model, as PEFT saved it.")
  private String adapter;

  @Option(
      names = "--output",
      description = "Folder of an earlier run's tables: what they answer is left out.")
  private String output;

  @Option(
      names = "--task",
      split = ",",
      required = true,
      description = "Tasks for rows that name none, such as ocr,key_information.")
  private List<String> tasks;

  @Option(names = "--prompt", description = "What the task \"prompt\" asks.")
  private String prompt;

  @Option(names = "--tasks-dir", description = "Folder of your own task files.")
  private Path tasksDir;

  @Option(names = "--limit", description = "Read at most so many rows of the manifest.")
  private Integer limit;

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

  @Option(names = "--conf", description = "A Spark or spark.qwenvl setting, key=value.")
  private List<String> conf = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    requirePositive("--tokens-per-second", tokensPerSecond);
    requirePositive("--executors", (double) executors);
    Map<String, String> overrides = Session.parse(conf);
    if (adapter != null) {
      overrides.put(RunSettings.ADAPTER.key(), adapter);
    }
    Settings settings = Session.settings(overrides);
    // Once before the session starts, so that a typing error costs no cluster.
    RunSettings.from(Session.settings(overrides), 1);
    PrintWriter out = spec.commandLine().getOut();
    try (SparkSession spark = Session.open("qwenvl plan", overrides)) {
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
        manifest,
        model,
        Optional.ofNullable(output).map(OutputFolder::new),
        tasks,
        Optional.ofNullable(prompt),
        Optional.ofNullable(tasksDir),
        retryErrors ? Retry.ALL_ERRORS : Retry.TRANSIENT,
        limit == null ? OptionalInt.empty() : OptionalInt.of(limit),
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
