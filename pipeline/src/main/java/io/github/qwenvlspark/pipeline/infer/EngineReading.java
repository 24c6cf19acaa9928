package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.write.Tally;
import io.github.qwenvlspark.runtime.EngineLoad;
import io.github.qwenvlspark.runtime.Occupancy;

/**
 * What the engine of one executor has done since it was opened, and what it does now.
 *
 * @param rows that have ended here, over all runs
 */
public record EngineReading(Tally rows, Occupancy occupancy, EngineLoad load) {
  public static final EngineReading NONE =
      new EngineReading(Tally.NONE, Occupancy.NONE, EngineLoad.NONE);

  /** Of this JVM; never opens an engine. */
  public static EngineReading here() {
    return ExecutorEngine.reading();
  }
}
