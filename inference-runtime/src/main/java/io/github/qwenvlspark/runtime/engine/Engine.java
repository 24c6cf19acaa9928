package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.EngineLoad;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.Occupancy;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.concurrent.CompletableFuture;

/**
 * One worker thread that owns the model; callers hand it requests through a bounded queue. Requests
 * join and leave the batch one by one (continuous batching). Thread-safe.
 */
public final class Engine implements AutoCloseable {
  /**
   * Waiting requests for each row: enough that a free row never waits, few enough to bound memory.
   */
  private static final int QUEUED_PER_ROW = 4;

  private final Model model;
  private final int cacheTokens;
  private final Meter meter = new Meter();
  private final GenerationLoop loop;
  private final WaitingList waiting;
  private final Thread worker;
  private volatile GenerationLoop.Live live = GenerationLoop.Live.NONE;
  private volatile boolean closed;

  /** Starts the worker with room for the longest answers in all rows. */
  public Engine(Model model) {
    this(model, EngineOptions.DEFAULT);
  }

  /**
   * Starts the worker; the engine owns {@code model} from now on.
   *
   * @param options those the model was opened with
   */
  public Engine(Model model, EngineOptions options) {
    this.model = model;
    int rows = model.cache().rows();
    int all = Math.multiplyExact(rows, model.cache().maxTokens());
    this.cacheTokens =
        options.scheduling().maxCacheTokens() == 0
            ? all
            : Math.min(all, options.scheduling().maxCacheTokens());
    this.loop =
        new GenerationLoop(
            model,
            new VisualCache(options.scheduling().visualCacheBytes()),
            meter,
            new GenerationLoop.Limits(options.prefillChunk(), cacheTokens));
    this.waiting = new WaitingList(QUEUED_PER_ROW * rows);
    this.worker = new Thread(this::work, "qwenvl-engine");
    worker.setDaemon(true);
    worker.start();
  }

  /**
   * Queues a request; waits while the queue is full.
   *
   * @throws QwenVlException PROMPT_TOO_LONG if it can never fit, INTERNAL if the caller is
   *     interrupted
   */
  public CompletableFuture<Generated> submit(PreparedRequest request, IdListener listener) {
    requireFits(request);
    Ticket ticket = Ticket.of(request, listener);
    try {
      waiting.add(ticket);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QwenVlException(ErrorType.INTERNAL, "Interrupted while waiting for the engine", e);
    }
    return ticket.future();
  }

  /** How busy the engine has been since it started. */
  public Occupancy occupancy() {
    return meter.reading();
  }

  /** What the engine has on its hands; as of its last step, about. */
  public EngineLoad load() {
    GenerationLoop.Live now = live;
    return new EngineLoad(
        now.rows(),
        model.cache().rows(),
        waiting.size(),
        now.tokens(),
        cacheTokens,
        meter.idleMs());
  }

  private void requireFits(PreparedRequest request) {
    int limit = model.cache().maxTokens();
    if (request.mostTokens() > cacheTokens && cacheTokens < limit) {
      throw new QwenVlException(
          ErrorType.PROMPT_TOO_LONG,
          ("A prompt of %d tokens (%d of them visual) and an answer of up to %d do not fit a cache"
                  + " of %d tokens; raise spark.qwenvl.engine.maxCacheTokens, or lower max_pixels"
                  + " or max_new_tokens")
              .formatted(
                  request.promptTokens(),
                  request.visualTokens(),
                  request.maxNewTokens(),
                  cacheTokens));
    }
    if (request.mostTokens() > limit) {
      throw new QwenVlException(
          ErrorType.PROMPT_TOO_LONG,
          ("A prompt of %d tokens (%d of them visual) and an answer of up to %d do not fit %d tokens;"
                  + " lower max_pixels or max_new_tokens, or raise spark.qwenvl.engine.maxContextTokens")
              .formatted(
                  request.promptTokens(), request.visualTokens(), request.maxNewTokens(), limit));
    }
  }

  private void work() {
    QwenVlException reason = new QwenVlException(ErrorType.INTERNAL, "The engine was closed");
    try {
      while (!closed) {
        if (loop.isIdle()) {
          meter.idle();
          waiting.await();
          meter.busy();
        }
        waiting.dropSettled();
        loop.readPrompts(waiting);
        step();
        live = loop.live();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Error e) {
      // Nobody must wait for a worker that is gone.
      reason =
          new QwenVlException(
              ErrorType.DEVICE_FAILURE,
              "The engine's worker ended with " + e.getClass().getName(),
              e);
      throw e;
    } finally {
      live = GenerationLoop.Live.NONE;
      loop.failAll(reason);
      waiting.close(reason);
    }
  }

  /** A failed step loses the rows of that step, never the engine. */
  private void step() {
    try {
      loop.step();
    } catch (RuntimeException e) {
      loop.failRows(GenerationLoop.typed(e));
    } catch (OutOfMemoryError e) {
      loop.failRows(
          new QwenVlException(
              ErrorType.OUT_OF_MEMORY,
              "No memory for a decode step; lower spark.qwenvl.engine.maxBatch",
              e));
    }
  }

  /** Ends the worker after its current step; requests in flight fail. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    worker.interrupt();
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    model.close();
  }
}
