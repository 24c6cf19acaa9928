package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.MDC;

/**
 * Brings the rows of one partition to the model ahead of time, on the executor's threads: side by
 * side, but for the pages of one PDF, which follow each other through one reader so that it is
 * fetched and opened once. Submits and closes from the Spark task's thread.
 */
final class Preparation implements AutoCloseable {
  private final Executor threads;
  private final Supplier<RowInference> inferences;
  private final ClassLoader loader = Thread.currentThread().getContextClassLoader();
  private final Map<String, String> logFields = logFields();
  private final Set<Thread> working = new HashSet<>();
  private boolean closed;
  private Optional<Lane> document = Optional.empty();

  /**
   * Starts nothing yet.
   *
   * @param inferences makes one for rows that follow each other; closed here
   */
  Preparation(Executor threads, Supplier<RowInference> inferences) {
    this.threads = threads;
    this.inferences = inferences;
  }

  /** Those of the Spark task: its run, its wave and its name. */
  private static Map<String, String> logFields() {
    Map<String, String> fields = MDC.getCopyOfContextMap();
    return fields == null ? Map.of() : fields;
  }

  /** Queues the row; cancelling the future withdraws it wherever it is. */
  CompletableFuture<RowOutcome> submit(PlannedRow row) {
    CompletableFuture<RowOutcome> outcome = new CompletableFuture<>();
    laneOf(row).add(row, outcome);
    return outcome;
  }

  private Lane laneOf(PlannedRow row) {
    if (document.isPresent() && document.get().continues(row)) {
      return document.get();
    }
    document.ifPresent(Lane::end);
    document = Optional.of(new Lane(row.uri(), inferences.get()));
    return document.get();
  }

  /** Ends what is being prepared, and lets nothing more begin; files are closed behind it. */
  @Override
  public void close() {
    synchronized (working) {
      closed = true;
      working.forEach(Thread::interrupt);
    }
    document.ifPresent(Lane::end);
  }

  private boolean begin() {
    synchronized (working) {
      return !closed && working.add(Thread.currentThread());
    }
  }

  /** The thread goes on to other tasks' rows: an interrupt of ours must not reach them. */
  private void finish() {
    synchronized (working) {
      working.remove(Thread.currentThread());
      boolean unused = Thread.interrupted();
    }
  }

  /** Rows that one reader takes one after the other, whole runs of them on one thread. */
  private final class Lane {
    private final String uri;
    private final RowInference inference;
    private final Queue<Runnable> steps = new ArrayDeque<>();
    private boolean running;

    Lane(String uri, RowInference inference) {
      this.uri = uri;
      this.inference = inference;
    }

    boolean continues(PlannedRow row) {
      return row.part().isPage() && row.uri().equals(uri);
    }

    void add(PlannedRow row, CompletableFuture<RowOutcome> outcome) {
      add(() -> prepare(row, outcome));
    }

    void end() {
      add(inference::close);
    }

    private void add(Runnable step) {
      synchronized (steps) {
        steps.add(step);
        if (running) {
          return;
        }
        running = true;
      }
      threads.execute(this::drain);
    }

    private void drain() {
      Thread thread = Thread.currentThread();
      ClassLoader before = thread.getContextClassLoader();
      thread.setContextClassLoader(loader);
      MDC.setContextMap(logFields);
      try {
        for (Runnable step = next(); step != null; step = next()) {
          step.run();
        }
      } finally {
        MDC.clear();
        thread.setContextClassLoader(before);
      }
    }

    private Runnable next() {
      synchronized (steps) {
        Runnable step = steps.poll();
        running = step != null;
        return step;
      }
    }

    private void prepare(PlannedRow row, CompletableFuture<RowOutcome> outcome) {
      if (!begin()) {
        outcome.cancel(false);
        return;
      }
      try {
        if (!outcome.isDone()) {
          pass(inference.submit(row), outcome);
        }
      } catch (Throwable e) { // it fails the Spark task, on whose thread it is thrown again
        outcome.completeExceptionally(e);
      } finally {
        finish();
      }
    }

    private void pass(CompletableFuture<RowOutcome> asked, CompletableFuture<RowOutcome> outcome) {
      CompletableFuture<RowOutcome> unused =
          asked.whenComplete(
              (done, failure) -> {
                if (failure == null) {
                  outcome.complete(done);
                } else {
                  outcome.completeExceptionally(failure);
                }
              });
      CompletableFuture<RowOutcome> unusedToo =
          outcome.whenComplete((done, failure) -> asked.cancel(false));
    }
  }
}
