package io.github.qwenvlspark.pipeline.metrics;

import com.codahale.metrics.Gauge;
import io.github.qwenvlspark.pipeline.infer.EngineReading;
import java.io.IOException;
import java.time.Duration;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples this executor's engine for its gauges and for the driver. A sample opens no engine, and
 * gauges show the last one, so that who looks at them never waits.
 */
final class EngineReporter implements ExecutorPlugin {
  static final Duration PERIOD = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(EngineReporter.class);

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(EngineReporter::thread);
  private volatile EngineReading last = EngineReading.NONE;

  @Override
  public void init(PluginContext context, Map<String, String> extra) {
    for (EngineMetric metric : EngineMetric.ALL) {
      Gauge<Double> gauge = () -> metric.of(last);
      context.metricRegistry().register("engine." + metric.name(), gauge);
    }
    ScheduledFuture<?> unused =
        clock.scheduleWithFixedDelay(
            () -> sample(context), 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void sample(PluginContext context) {
    try {
      last = EngineReading.here();
      context.send(message(context.executorID(), last));
    } catch (IOException | RuntimeException e) { // what came out of here would end the clock
      // Spark is on its way down, or comes back: the next sample holds all that this one held.
      LOG.debug("The driver was not told of the engine: {}", e.getClass().getName());
    }
  }

  /** Of classes of the JDK alone: a driver reads it before it knows the application's jars. */
  static Map.Entry<String, Map<String, Double>> message(String executor, EngineReading reading) {
    Map<String, Double> numbers = new HashMap<>();
    EngineMetric.ALL.forEach(metric -> numbers.put(metric.name(), metric.of(reading)));
    return new SimpleImmutableEntry<>(executor, numbers);
  }

  @Override
  public void shutdown() {
    clock.shutdownNow();
    last = EngineReading.here();
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "qwenvl-metrics");
    thread.setDaemon(true);
    return thread;
  }
}
