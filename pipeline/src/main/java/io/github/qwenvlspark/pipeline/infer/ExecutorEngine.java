package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.FaultSettings;
import io.github.qwenvlspark.pipeline.config.PrepareAhead;
import io.github.qwenvlspark.pipeline.write.Tally;
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

  private static volatile Optional<ExecutorEngine> current = Optional.empty();

  private final Opened opened;
  private final LastingEngine engine;
  private final ThreadPoolExecutor threads;
  private final PixelBudget budget;
  private String measuredRun = "";
  private Occupancy measured = Occupancy.NONE;
  private RunHealth health;
  private Tally rows = Tally.NONE;

  private ExecutorEngine(Opened opened, LastingEngine engine, RunHealth health) {
    this.opened = opened;
    this.engine = engine;
    this.health = health;
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
      String checkpoint,
      String fingerprint,
      EngineOptions options,
      PrepareAhead ahead,
      FaultSettings faults) {}

  static synchronized ExecutorEngine get(InferOptions options) {
    Opened wanted =
        new Opened(
            options.checkpoint(),
            options.fingerprint(),
            options.settings().engine(),
            options.settings().ahead(),
            options.settings().faults());
    if (current.isEmpty()) {
      LastingEngine engine =
          new LastingEngine(
              chosen -> open(options, chosen),
              GpuPlacement.here(options.settings().engine()),
              options.settings().faults().reopenInterval(),
              System::nanoTime);
      current = Optional.of(new ExecutorEngine(wanted, engine, health(options)));
      Runtime.getRuntime().addShutdownHook(new Thread(engine::close, "qwenvl-close"));
    } else if (!current.get().opened.equals(wanted)) {
      throw new BadRequestException(
          "Cannot open %s: this executor already serves %s; start another Spark application"
              .formatted(wanted, current.get().opened));
    }
    current.get().begin(options);
    return current.get();
  }

  private static InferenceEngine open(InferOptions options, EngineOptions chosen) {
    InferenceEngine candidate = options.engines().open(options.checkpoint(), chosen);
    requireSameModel(candidate, options);
    return candidate;
  }

  private static RunHealth health(InferOptions options) {
    return new RunHealth(options.runId(), options.settings().faults().giveUpAfterRows());
  }

  /** What an earlier run has worn is not this one's burden. */
  private synchronized void begin(InferOptions options) {
    if (!health.isOf(options.runId())) {
      health = health(options);
      engine.renew();
    }
  }

  /** How the last run that began here fares. */
  synchronized RunHealth health() {
    return health;
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

  /** Takes note of rows that have ended. */
  synchronized void count(Tally more) {
    rows = rows.plus(more);
  }

  /**
   * What this JVM's engine has done and does; nothing at all before there is one. Opens none; waits
   * while one is opened anew, and keeps nobody else waiting meanwhile.
   */
  static EngineReading reading() {
    return current.map(ExecutorEngine::read).orElse(EngineReading.NONE);
  }

  /** Not under this lock while it waits for the engine: tasks count rows meanwhile. */
  private EngineReading read() {
    return new EngineReading(rows(), engine.occupancy(), engine.load());
  }

  private synchronized Tally rows() {
    return rows;
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
