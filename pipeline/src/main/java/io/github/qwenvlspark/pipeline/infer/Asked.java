package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests of one row that the engine has. They fail together, by the first failure, and are
 * withdrawn together. One thread adds them; answers arrive on others.
 */
final class Asked {
  private final List<CompletableFuture<Completion>> answers = new CopyOnWriteArrayList<>();
  private final CompletableFuture<List<Completion>> all = new CompletableFuture<>();
  private final AtomicInteger missing;

  /** So many requests, none of which is asked yet. */
  Asked(int requests) {
    this.missing = new AtomicInteger(requests);
    CompletableFuture<List<Completion>> unused = all.whenComplete((done, failure) -> withdraw());
  }

  /**
   * The next request.
   *
   * @param name is said before its error
   */
  void add(String name, CompletableFuture<Completion> answer) {
    answers.add(answer);
    CompletableFuture<Completion> unused =
        answer.whenComplete(
            (completion, failure) -> {
              if (failure != null) {
                fail(name, failure);
              } else if (missing.decrementAndGet() == 0) {
                all.complete(answers.stream().map(CompletableFuture::join).toList());
              }
            });
    if (all.isDone()) {
      withdraw();
    }
  }

  /** One request failed, or could not be asked. */
  void fail(String name, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    all.completeExceptionally(
        cause instanceof QwenVlException typed && !name.isEmpty()
            ? new QwenVlException(typed.type(), name + typed.getMessage(), typed)
            : cause);
  }

  /** Answers in the order of their requests; whoever cancels it withdraws what is still asked. */
  CompletableFuture<List<Completion>> all() {
    return all;
  }

  private void withdraw() {
    answers.forEach(answer -> answer.cancel(false));
  }
}
