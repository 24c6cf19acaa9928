package io.github.qwenvlspark.pipeline.metrics;

import io.github.qwenvlspark.pipeline.infer.EngineReading;
import io.github.qwenvlspark.runtime.ErrorType;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * One number of an engine. Numbers of several executors add up.
 *
 * @param name as it stands behind the plugin's name; {@code docs/metrics.md} lists them all
 */
record EngineMetric(String name, Kind kind, ToDoubleFunction<EngineReading> value) {
  private static final double MS_PER_SECOND = 1000;

  /** All that there are, always the same. */
  static final List<EngineMetric> ALL = Stream.concat(numbers(), failures()).toList();

  /** How a number moves. */
  enum Kind {
    /** Only grows while the executor lives; a new executor begins at zero. */
    SUM,
    /** Of this moment, and nothing once the executor is gone. */
    NOW
  }

  double of(EngineReading reading) {
    return value.applyAsDouble(reading);
  }

  private static Stream<EngineMetric> numbers() {
    return Stream.of(
        now("liveRows", r -> r.load().liveRows()),
        now("maxRows", r -> r.load().rows()),
        now("waitingRequests", r -> r.load().waiting()),
        now("cacheTokens", r -> r.load().cacheTokens()),
        now("maxCacheTokens", r -> r.load().maxCacheTokens()),
        sum("answeredRows", r -> r.rows().ok()),
        sum("failedRows", r -> r.rows().errors()),
        sum("promptTokens", r -> r.occupancy().promptTokens()),
        sum("visualTokens", r -> r.occupancy().visualTokens()),
        sum("completionTokens", r -> r.occupancy().completionTokens()),
        sum("prefixCacheTokens", r -> r.occupancy().knownTokens()),
        sum("encodedVisuals", r -> r.occupancy().visionRuns()),
        sum("reusedVisuals", r -> r.occupancy().visionReused()),
        sum("prefillChunks", r -> r.occupancy().prefillChunks()),
        sum("decodeSteps", r -> r.occupancy().decodeSteps()),
        sum("decodedRows", r -> r.occupancy().decodedRows()),
        seconds("openSeconds", r -> r.occupancy().elapsedMs()),
        seconds("modelSeconds", r -> r.occupancy().modelMs()),
        seconds("visionSeconds", r -> r.occupancy().visionMs()),
        seconds("prefillSeconds", r -> r.occupancy().prefillMs()),
        seconds("decodeSeconds", r -> r.occupancy().decodeMs()),
        seconds("queueSeconds", r -> r.occupancy().queuedMs()),
        seconds("idleSeconds", r -> r.load().idleMs()));
  }

  private static Stream<EngineMetric> failures() {
    return Arrays.stream(ErrorType.values())
        .map(ErrorType::name)
        .map(type -> sum("failedRows." + type, r -> failed(r, type)));
  }

  private static double failed(EngineReading reading, String type) {
    return reading.rows().errorsByType().getOrDefault(type, 0L);
  }

  private static EngineMetric now(String name, ToDoubleFunction<EngineReading> value) {
    return new EngineMetric(name, Kind.NOW, value);
  }

  private static EngineMetric sum(String name, ToDoubleFunction<EngineReading> value) {
    return new EngineMetric(name, Kind.SUM, value);
  }

  private static EngineMetric seconds(String name, ToDoubleFunction<EngineReading> ms) {
    return sum(name, reading -> ms.applyAsDouble(reading) / MS_PER_SECOND);
  }
}
