package io.github.qwenvlspark.pipeline.metrics;

import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Shows the engines in Spark's metrics. Our commands set it; another session names it in {@code
 * spark.plugins}, beside others such as that of RAPIDS.
 */
public final class EnginePlugin implements SparkPlugin {
  @Override
  public DriverPlugin driverPlugin() {
    return new EngineBoard(System::nanoTime);
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new EngineReporter();
  }
}
