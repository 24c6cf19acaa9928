package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.config.AskedFields;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a run is asked to do.
 *
 * @param model folder of the checkpoint, on the driver and on every executor
 * @param tasks for manifest rows that name none
 * @param prompt text of the task {@code prompt}
 * @param taskFolder task files of the user
 * @param limit most manifest rows
 * @param fields what {@code tasks} ask for, where the tasks do not say it themselves
 */
public record RunRequest(
    String manifest,
    String model,
    OutputFolder output,
    List<String> tasks,
    Optional<String> prompt,
    Optional<Path> taskFolder,
    Retry retry,
    OptionalInt limit,
    Optional<AskedFields> fields) {
  public RunRequest {
    tasks = List.copyOf(tasks);
  }

  /** With what the tasks ask for themselves. */
  public RunRequest(
      String manifest,
      String model,
      OutputFolder output,
      List<String> tasks,
      Optional<String> prompt,
      Optional<Path> taskFolder,
      Retry retry,
      OptionalInt limit) {
    this(manifest, model, output, tasks, prompt, taskFolder, retry, limit, Optional.empty());
  }

  RunSetup.Asked asked() {
    return new RunSetup.Asked(model, tasks, prompt, taskFolder, fields);
  }
}
