package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.plan.Seal;
import java.io.Serializable;
import java.util.Map;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What executors must know of a run: never a model, only where it lies.
 *
 * @param checkpoint folder of the model, the same on every executor
 * @param fingerprint what the driver found there; an executor with another model refuses
 * @param seal of the run's plan
 */
public record InferOptions(
    String runId,
    String checkpoint,
    String fingerprint,
    Map<String, Task> tasks,
    RunSettings settings,
    Seal seal,
    EngineFactory engines,
    SerializableConfiguration hadoop)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public InferOptions {
    tasks = Map.copyOf(tasks);
  }
}
