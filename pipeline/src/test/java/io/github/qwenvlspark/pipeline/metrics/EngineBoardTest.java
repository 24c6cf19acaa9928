package io.github.qwenvlspark.pipeline.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.github.qwenvlspark.pipeline.infer.EngineReading;
import io.github.qwenvlspark.pipeline.write.Tally;
import io.github.qwenvlspark.runtime.EngineLoad;
import io.github.qwenvlspark.runtime.Occupancy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkConf;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EngineBoardTest {
  private final AtomicLong nanos = new AtomicLong();
  private final EngineBoard board = new EngineBoard(nanos::get);
  private final MetricRegistry registry = new MetricRegistry();

  @BeforeEach
  void register() {
    board.registerMetrics("app", new Context(registry));
  }

  private void report(String executor, long answered, int liveRows) {
    board.receive(
        EngineReporter.message(
            executor,
            new EngineReading(
                new Tally(answered, Map.of("NOT_FOUND", 2L), 0, 0),
                Occupancy.NONE,
                new EngineLoad(liveRows, 8, 0, 0, 0, 1500))));
  }

  private double value(String name) {
    return (Double) registry.getGauges().get(name).getValue();
  }

  @Test
  void theNumbersOfExecutorsStandOneByOneAndAddUp() {
    report("0", 10, 3);
    report("1", 5, 4);
    report("1", 7, 4);

    assertThat(value("executor.0.answeredRows")).isEqualTo(10);
    assertThat(value("executor.1.answeredRows")).isEqualTo(7);
    assertThat(value("total.answeredRows")).isEqualTo(17);
    assertThat(value("total.liveRows")).isEqualTo(7);
    assertThat(value("total.failedRows")).isEqualTo(4);
    assertThat(value("total.failedRows.NOT_FOUND")).isEqualTo(4);
    assertThat(value("total.idleSeconds")).isEqualTo(3);
  }

  @Test
  void aSilentExecutorHasNoLiveRowsButKeepsWhatItDid() {
    report("0", 10, 3);
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());

    assertThat(value("total.liveRows")).isZero();
    assertThat(value("executor.0.maxRows")).isZero();
    assertThat(value("total.answeredRows")).isEqualTo(10);
  }

  /** What Spark gives a plugin, as far as the board asks for it. */
  private record Context(MetricRegistry metricRegistry) implements PluginContext {
    @Override
    public SparkConf conf() {
      return new SparkConf(false);
    }

    @Override
    public String executorID() {
      return "driver";
    }

    @Override
    public String hostname() {
      return "localhost";
    }

    @Override
    public Map<String, ResourceInformation> resources() {
      return Map.of();
    }

    @Override
    public void send(Object message) {}

    @Override
    public Object ask(Object message) {
      return message;
    }
  }
}
