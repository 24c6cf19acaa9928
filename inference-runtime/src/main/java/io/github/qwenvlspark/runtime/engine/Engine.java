package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

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
  private final GenerationLoop loop;
  private final BlockingQueue<Ticket> waiting;
  private final Thread worker;
  private volatile boolean closed;

  /** Why no more answers come; empty while the worker lives. */
  private volatile Optional<QwenVlException> end = Optional.empty();

  /** Starts the worker; the engine owns {@code model} from now on. */
  public Engine(Model model) {
    this.model = model;
    this.loop = new GenerationLoop(model);
    this.waiting = new LinkedBlockingQueue<>(QUEUED_PER_ROW * model.cache().rows());
    this.worker = new Thread(this::work, "qwenvl-engine");
    worker.setDaemon(true);
    worker.start();
  }

  /**
   * Queues a request; waits while the queue is full.
   *
   * @throws QwenVlException PROMPT_TOO_LONG if it can never fit, INTERNAL if the engine is closed
   */
  public CompletableFuture<Generated> submit(PreparedRequest request, IdListener listener) {
    requireFits(request);
    Ticket ticket = Ticket.of(request, listener);
    try {
      waiting.put(ticket);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QwenVlException(ErrorType.INTERNAL, "Interrupted while waiting for the engine", e);
    }
    end.ifPresent(this::drain);
    return ticket.future();
  }

  private void requireFits(PreparedRequest request) {
    int limit = model.cache().maxTokens();
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
        admitWaiting();
        step();
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
      end = Optional.of(reason);
      loop.failAll(reason);
      drain(reason);
    }
  }

  private void admitWaiting() throws InterruptedException {
    if (loop.isIdle()) {
      loop.admit(waiting.take());
    }
    while (loop.hasRoom() && !closed) {
      Ticket next = waiting.poll();
      if (next == null) {
        return;
      }
      loop.admit(next);
    }
  }

  /** A failed step loses the rows of that step, never the engine. */
  private void step() {
    try {
      loop.step();
    } catch (RuntimeException e) {
      loop.failAll(GenerationLoop.typed(e));
    } catch (OutOfMemoryError e) {
      loop.failAll(
          new QwenVlException(
              ErrorType.OUT_OF_MEMORY,
              "No memory for a decode step; lower spark.qwenvl.engine.maxBatch",
              e));
    }
  }

  private void drain(QwenVlException reason) {
    for (Ticket ticket = waiting.poll(); ticket != null; ticket = waiting.poll()) {
      ticket.future().completeExceptionally(reason);
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
