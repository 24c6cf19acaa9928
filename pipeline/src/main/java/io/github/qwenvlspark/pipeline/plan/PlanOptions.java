package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.runtime.preprocess.VisualSizes;
import java.io.Serializable;
import java.util.Map;

/**
 * What planning must know of a run. Travels to executors.
 *
 * @param tasks by name, as they are for the run's model
 * @param sizes at which the run's model sees pictures
 * @param answers how long they are expected to be
 * @param seal on what of a planned row may not be shown
 */
public record PlanOptions(
    Map<String, Task> tasks,
    RunSettings settings,
    String modelFingerprint,
    VisualSizes sizes,
    ExpectedAnswers answers,
    Seal seal)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public PlanOptions {
    tasks = Map.copyOf(tasks);
  }
}
