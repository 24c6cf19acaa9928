package io.github.qwenvlspark.runtime.engine;

import java.util.concurrent.CompletableFuture;

/** A request waiting for its turn, and where its answer goes. */
record Ticket(
    PreparedRequest request,
    IdListener listener,
    CompletableFuture<Generated> future,
    long submittedNanos) {

  static Ticket of(PreparedRequest request, IdListener listener) {
    return new Ticket(request, listener, new CompletableFuture<>(), System.nanoTime());
  }

  /** Whether nobody waits for the answer any more. */
  boolean withdrawn() {
    return future.isDone();
  }
}
