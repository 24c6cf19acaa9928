package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.pipeline.job.RunJob;
import io.github.qwenvlspark.pipeline.job.RunRequest;
import io.github.qwenvlspark.pipeline.job.RunSummary;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code qwenvl run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description =
        "Reads the documents of a manifest into a Delta table. A rerun skips what is answered.")
final class RunCommand implements Callable<Integer> {
  @Option(
      names = "--manifest",
      required = true,
      description = "A .csv, .jsonl, .parquet or .txt file, a Delta table, a folder or a glob.")
  private String manifest;

  @Option(
      names = "--model",
      required = true,
      description = "Hugging Face checkpoint directory, at the same path on every executor.")
  private String model;

  @Option(
      names = "--adapter",
      description = "LoRA adapter for the model, as PEFT saved it, at the same path everywhere.")
  private String adapter;

  @Option(names = "--output", required = true, description = "Folder of the Delta tables.")
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

  @Option(names = "--retry-errors", description = "Ask again what ended in an error.")
  private boolean retryErrors;

  @Option(
      names = "--max-error-rate",
      defaultValue = "1",
      description =
          "Ends with exit code 1 if a larger share of the rows of this run failed; default: ${DEFAULT-VALUE}.")
  private double maxErrorRate;

  @Option(names = "--conf", description = "A Spark or spark.qwenvl setting, key=value.")
  private List<String> conf = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    Map<String, String> overrides = Session.parse(conf);
    if (adapter != null) {
      overrides.put(RunSettings.ADAPTER.key(), adapter);
    }
    Settings settings = Session.settings(overrides);
    // Once before the session starts, so that a typing error costs no cluster.
    RunSettings.from(Session.settings(overrides), 1);
    try (SparkSession spark = Session.open("qwenvl run", overrides)) {
      Run run =
          new RunJob(spark, ModelAccess.qwenVl(), Session.progress()).run(request(), settings);
      System.out.print(RunSummary.of(run));
      return run.tally().errors() > maxErrorRate * run.tally().rows() ? Main.TOO_MANY_ERRORS : 0;
    }
  }

  private RunRequest request() {
    return new RunRequest(
        manifest,
        model,
        new OutputFolder(output),
        tasks,
        Optional.ofNullable(prompt),
        Optional.ofNullable(tasksDir),
        retryErrors ? Retry.ALL_ERRORS : Retry.TRANSIENT,
        limit == null ? OptionalInt.empty() : OptionalInt.of(limit));
  }
}
