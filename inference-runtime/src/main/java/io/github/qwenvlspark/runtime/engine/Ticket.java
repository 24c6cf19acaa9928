package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.concurrent.CompletableFuture;

/** A request on its way through the engine, and where its answer goes. Thread-safe. */
record Ticket(
    PreparedRequest request,
    IdListener listener,
    CompletableFuture<Generated> future,
    long submittedNanos) {

  static Ticket of(PreparedRequest request, IdListener listener) {
    return new Ticket(request, listener, new CompletableFuture<>(), System.nanoTime());
  }

  /** Whether nobody waits for the answer any more; fails a request whose time is over. */
  boolean settled() {
    if (late()) {
      fail(
          new QwenVlException(
              ErrorType.TIMEOUT,
              ("No answer within %d s for a prompt of %d tokens and up to %d new ones; raise"
                      + " spark.qwenvl.engine.requestTimeoutSeconds, or lower max_new_tokens or"
                      + " spark.qwenvl.infer.maxInFlight")
                  .formatted(
                      request.ending().timeout().toSeconds(),
                      request.promptTokens(),
                      request.maxNewTokens())));
    }
    return future.isDone();
  }

  private boolean late() {
    long allowed = request.ending().timeout().toNanos();
    return allowed > 0 && System.nanoTime() - submittedNanos > allowed;
  }

  void fail(QwenVlException reason) {
    future.completeExceptionally(reason);
  }
}
