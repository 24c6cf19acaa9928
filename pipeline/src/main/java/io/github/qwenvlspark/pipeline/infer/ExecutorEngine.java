package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.PrepareAhead;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.InferenceEngine;
import io.github.qwenvlspark.runtime.Occupancy;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The engine of this JVM, with the threads and the memory that feed it: the first Spark task opens
 * it, all others share it, the JVM's end closes it. The one place with mutable static state.
 */
final class ExecutorEngine {
  /** Threads that have nothing to prepare for so long end. */
  private static final int IDLE_SECONDS = 5;

  private static Optional<ExecutorEngine> current = Optional.empty();

  private final Opened opened;
  private final InferenceEngine engine;
  private final ThreadPoolExecutor threads;
  private final PixelBudget budget;
  private String measuredRun = "";
  private Occupancy measured = Occupancy.NONE;

  private ExecutorEngine(Opened opened, InferenceEngine engine) {
    this.opened = opened;
    this.engine = engine;
    this.budget = new PixelBudget(opened.ahead().bytesHere());
    this.threads =
        new ThreadPoolExecutor(
            opened.ahead().threads(),
            opened.ahead().threads(),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            ExecutorEngine::thread);
    threads.allowCoreThreadTimeOut(true);
  }

  /** What the engine was opened for. */
  private record Opened(
      String checkpoint, String fingerprint, EngineOptions options, PrepareAhead ahead) {}

  static synchronized ExecutorEngine get(InferOptions options) {
    Opened wanted =
        new Opened(
            options.checkpoint(),
            options.fingerprint(),
            options.settings().engine(),
            options.settings().ahead());
    if (current.isEmpty()) {
      InferenceEngine candidate =
          options.engines().open(options.checkpoint(), options.settings().engine());
      requireSameModel(candidate, options);
      current = Optional.of(new ExecutorEngine(wanted, candidate));
      Runtime.getRuntime().addShutdownHook(new Thread(candidate::close, "qwenvl-close"));
    } else if (!current.get().opened.equals(wanted)) {
      throw new BadRequestException(
          "Cannot open %s: this executor already serves %s; start another Spark application"
              .formatted(wanted, current.get().opened));
    }
    return current.get();
  }

  InferenceEngine engine() {
    return engine;
  }

  /** Where rows are prepared; daemon threads. */
  Executor threads() {
    return threads;
  }

  PixelBudget budget() {
    return budget;
  }

  /**
   * What the engine did since the last call, whichever Spark task made it: summed over all tasks,
   * all of it. The first call of a run tells nothing, since the time before it is not the run's.
   */
  synchronized Occupancy measure(String runId) {
    Occupancy now = engine.occupancy();
    Occupancy since = runId.equals(measuredRun) ? now.since(measured) : Occupancy.NONE;
    measuredRun = runId;
    measured = now;
    return since;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "qwenvl-prepare");
    thread.setDaemon(true);
    return thread;
  }

  private static void requireSameModel(InferenceEngine candidate, InferOptions options) {
    String found = candidate.model().fingerprint();
    if (!found.equals(options.fingerprint())) {
      candidate.close();
      throw new BadRequestException(
          "The model in %s on this executor (fingerprint %s) is not the driver's (%s); copy it again"
              .formatted(options.checkpoint(), found, options.fingerprint()));
    }
  }

  /** Closes the engine; the next call opens another. For tests that use several models. */
  static synchronized void reset() {
    current.ifPresent(
        executor -> {
          executor.threads.shutdownNow();
          executor.engine.close();
        });
    current = Optional.empty();
  }
}
