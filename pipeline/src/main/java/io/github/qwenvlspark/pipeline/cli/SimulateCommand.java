package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.simulate.Cluster;
import io.github.qwenvlspark.pipeline.simulate.Faults;
import io.github.qwenvlspark.pipeline.simulate.OutcomeText;
import io.github.qwenvlspark.pipeline.simulate.Scenario;
import io.github.qwenvlspark.pipeline.simulate.Shape;
import io.github.qwenvlspark.pipeline.simulate.Simulation;
import io.github.qwenvlspark.pipeline.simulate.Stores;
import io.github.qwenvlspark.pipeline.simulate.Stores.Writes;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qwenvl simulate}. Starts no Spark. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Plays a run through on paper: the planner's arithmetic over documents that are drawn, waves,",
      "commits, and machines that are slow or get lost. See docs/scaling.md."
    })
final class SimulateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--pages", defaultValue = "1000000", description = "Pages of all documents.")
  private long pages;

  @Option(names = "--pages-per-document", defaultValue = "10", description = "On average.")
  private double pagesPerDocument;

  @Option(names = "--visual-tokens", defaultValue = "1800", description = "Of a page, on average.")
  private int visualTokens;

  @Option(names = "--answer-tokens", defaultValue = "500", description = "Of a page, on average.")
  private int answerTokens;

  @Option(names = "--seed", defaultValue = "1", description = "Decides all that is drawn.")
  private long seed;

  @Option(
      names = {"--gpus", "--executors"},
      defaultValue = "100",
      description = "Executors with an engine each.")
  private int executors;

  @Option(names = "--slots", defaultValue = "8", description = "Spark tasks of one executor.")
  private int slots;

  @Option(
      names = "--tokens-per-second",
      defaultValue = "10000",
      description =
          "Prompt tokens that an executor reads in a second; measure it: \"prefill\" of bench, or what plan --output says.")
  private double tokensPerSecond;

  @Option(names = "--price-per-hour", defaultValue = "0", description = "Of one executor.")
  private double pricePerHour;

  @Option(
      names = "--lost-per-day",
      defaultValue = "0.1",
      description = "How often a day one executor is lost, on average.")
  private double lostPerDay;

  @Option(
      names = "--replaced-after",
      defaultValue = "300",
      description = "Seconds until a lost executor or driver is replaced.")
  private double replacedAfter;

  @Option(
      names = "--driver-lost-per-day",
      defaultValue = "0",
      description = "How often a day the driver is lost and started again, on average.")
  private double driverLostPerDay;

  @Option(names = "--slow-share", defaultValue = "0.02", description = "Executors that are slow.")
  private double slowShare;

  @Option(
      names = "--slow-speed",
      defaultValue = "0.5",
      description = "Their speed, by the others'.")
  private double slowSpeed;

  @Option(
      names = "--inspect-seconds",
      defaultValue = "0.1",
      description = "Seconds that a slot needs to look at a document.")
  private double inspectSeconds;

  @Option(
      names = "--gathered-writes",
      description =
          "As if spark.databricks.delta.optimizeWrite.enabled were true: few large files.")
  private boolean gathered;

  @Option(
      names = "--conf",
      description =
          "A setting of the run, key=value: spark.qwenvl.engine.maxBatch, spark.qwenvl.run.commitEvery, …")
  private List<String> conf = new ArrayList<>();

  @Option(names = "--json", description = "Print the outcome as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Scenario scenario = scenario();
    OutcomeText text = new OutcomeText(scenario, Simulation.of(scenario));
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? text.json() + System.lineSeparator() : text.text());
    out.flush();
    return 0;
  }

  private Scenario scenario() {
    RunSettings settings = RunSettings.from(Session.settings(Session.parse(conf)), 1);
    return new Scenario(
        new Shape(pages, pagesPerDocument, visualTokens, answerTokens, seed),
        new Cluster(
            executors,
            slots,
            settings.engine().scheduling().maxBatch(),
            tokensPerSecond,
            pricePerHour),
        new Faults(lostPerDay, replacedAfter, driverLostPerDay, slowShare, slowSpeed),
        new Stores(inspectSeconds, gathered ? Writes.GATHERED : Writes.AS_READ),
        settings.waves());
  }
}
