package io.github.qwenvlspark.pipeline.infer;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Keeps a bounded number of rows on their way to the engine or with it, and gives their outcomes as
 * they come: a long page does not hold up the short ones behind it. Lazy; confined to one thread
 * but for the arrivals.
 */
@SuppressWarnings("CollectionUndefinedEquality") // a set of identities
final class InFlight<I, O> implements Iterator<O> {
  private static final long KILL_CHECK_MS = 200;

  private final Iterator<I> inputs;
  private final int most;
  private final Function<I, CompletableFuture<O>> submit;
  private final BooleanSupplier killed;
  private final BlockingQueue<CompletableFuture<O>> done = new LinkedBlockingQueue<>();
  private final Set<CompletableFuture<O>> open = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * Starts nothing yet.
   *
   * @param killed whether nobody wants the outcomes any more; asked while none comes
   */
  InFlight(
      Iterator<I> inputs,
      int most,
      Function<I, CompletableFuture<O>> submit,
      BooleanSupplier killed) {
    this.inputs = inputs;
    this.most = most;
    this.submit = submit;
    this.killed = killed;
  }

  @Override
  public boolean hasNext() {
    return !open.isEmpty() || inputs.hasNext();
  }

  @Override
  public O next() {
    while (open.size() < most && inputs.hasNext()) {
      CompletableFuture<O> future = submit.apply(inputs.next());
      open.add(future);
      CompletableFuture<O> unused = future.whenComplete((outcome, failure) -> done.add(future));
    }
    if (open.isEmpty()) {
      throw new NoSuchElementException();
    }
    CompletableFuture<O> finished = nextDone();
    open.remove(finished);
    return finished.join();
  }

  /** Spark marks a killed task, and interrupts its thread only where it is told to. */
  private CompletableFuture<O> nextDone() {
    try {
      CompletableFuture<O> finished = done.poll();
      while (finished == null) {
        if (killed.getAsBoolean()) {
          throw new CancellationException("The Spark task was killed");
        }
        finished = done.poll(KILL_CHECK_MS, TimeUnit.MILLISECONDS);
      }
      return finished;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while rows were with the engine", e);
    }
  }

  /** Withdraws what is still on its way: the Spark task was killed. */
  void cancel() {
    open.forEach(future -> future.cancel(true));
  }
}
