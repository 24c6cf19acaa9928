package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of whatever asks a model, or would: the model, the user's tasks, settings. */
final class ModelOptions {
  @Option(
      names = "--model",
      required = true,
      description = "Hugging Face checkpoint directory, at the same path on every executor.")
  private String model;

  @Option(
      names = "--adapter",
      description = "LoRA adapter for the model, as PEFT saved it, at the same path everywhere.")
  private String adapter;

  @Option(names = "--tasks-dir", description = "Folder of your own task files.")
  private Path tasksDir;

  @Option(names = "--conf", description = "A Spark or spark.qwenvl setting, key=value.")
  private List<String> conf = new ArrayList<>();

  String model() {
    return model;
  }

  Optional<Path> taskFolder() {
    return Optional.ofNullable(tasksDir);
  }

  /** What the command line says of settings; the session gets it too. */
  Map<String, String> overrides() {
    Map<String, String> overrides = Session.parse(conf);
    if (adapter != null) {
      overrides.put(RunSettings.ADAPTER.key(), adapter);
    }
    return overrides;
  }

  /** All settings, looked at before the session starts, so that a typing error costs no cluster. */
  Settings settings() {
    RunSettings.from(Session.settings(overrides()), 1);
    return Session.settings(overrides());
  }
}
