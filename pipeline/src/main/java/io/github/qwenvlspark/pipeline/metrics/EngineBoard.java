package io.github.qwenvlspark.pipeline.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;

/**
 * The driver's view of all engines: what each executor reported last, and their sum, so that one
 * endpoint shows a whole application. Sums keep what lost executors had done. Thread-safe.
 */
final class EngineBoard implements DriverPlugin {
  /** An executor that was silent for so long has nothing on its hands any more. */
  private static final Duration SILENCE = EngineReporter.PERIOD.multipliedBy(6);

  private final LongSupplier nanos;
  private final Map<String, Report> reports = new ConcurrentHashMap<>();
  private MetricRegistry registry = new MetricRegistry();

  /**
   * Knows of no executor yet.
   *
   * @param nanos the clock, such as {@link System#nanoTime}
   */
  EngineBoard(LongSupplier nanos) {
    this.nanos = nanos;
  }

  private record Report(Map<String, Double> numbers, long nanos) {}

  @Override
  public synchronized void registerMetrics(String applicationId, PluginContext context) {
    registry = context.metricRegistry();
    EngineMetric.ALL.forEach(
        metric -> {
          Gauge<Double> gauge = () -> total(metric);
          registry.register("total." + metric.name(), gauge);
        });
    reports.keySet().forEach(this::register);
  }

  private void register(String executor) {
    for (EngineMetric metric : EngineMetric.ALL) {
      String name = "executor." + executor + "." + metric.name();
      Gauge<Double> gauge = () -> present(metric, reports.get(executor));
      registry.register(name, gauge);
    }
  }

  /** Takes what {@link EngineReporter#message} made; answers nothing. */
  @Override
  public synchronized Object receive(Object message) {
    Map.Entry<?, ?> entry = (Map.Entry<?, ?>) message;
    String executor = (String) entry.getKey();
    Map<String, Double> numbers = new HashMap<>();
    ((Map<?, ?>) entry.getValue())
        .forEach((name, value) -> numbers.put((String) name, (Double) value));
    boolean first = reports.put(executor, new Report(numbers, nanos.getAsLong())) == null;
    if (first) {
      register(executor);
    }
    return null;
  }

  private double total(EngineMetric metric) {
    return reports.values().stream().mapToDouble(report -> present(metric, report)).sum();
  }

  private double present(EngineMetric metric, Report report) {
    boolean silent = nanos.getAsLong() - report.nanos() > SILENCE.toNanos();
    return silent && metric.kind() == EngineMetric.Kind.NOW
        ? 0
        : report.numbers().getOrDefault(metric.name(), 0.0);
  }
}
