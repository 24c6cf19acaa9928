package io.github.qwenvlspark.pipeline.infer;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/**
 * Keeps a bounded number of rows with the engine and gives their outcomes as they come: a long page
 * does not hold up the short ones behind it. Lazy; confined to one thread but for the arrivals.
 */
@SuppressWarnings("CollectionUndefinedEquality") // a set of identities
final class InFlight<I, O> implements Iterator<O> {
  private final Iterator<I> inputs;
  private final int most;
  private final Function<I, CompletableFuture<O>> submit;
  private final BlockingQueue<CompletableFuture<O>> done = new LinkedBlockingQueue<>();
  private final Set<CompletableFuture<O>> open = Collections.newSetFromMap(new IdentityHashMap<>());

  InFlight(Iterator<I> inputs, int most, Function<I, CompletableFuture<O>> submit) {
    this.inputs = inputs;
    this.most = most;
    this.submit = submit;
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
    try {
      CompletableFuture<O> finished = done.take();
      open.remove(finished);
      return finished.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while rows were with the engine", e);
    }
  }

  /** Withdraws what is still with the engine: the Spark task was killed. */
  void cancel() {
    open.forEach(future -> future.cancel(true));
  }
}
