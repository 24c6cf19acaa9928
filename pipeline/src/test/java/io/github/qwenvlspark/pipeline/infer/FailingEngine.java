package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.testing.PatientEngine;
import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.InferenceEngine;
import io.github.qwenvlspark.runtime.Occupancy;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.TokenListener;
import io.github.qwenvlspark.runtime.media.FrameFit;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Takes its time in a thread of its own, like the real one: answers in batches with the prompt, and
 * fails when its plan says so. Once closed it fails what it holds.
 */
final class FailingEngine implements InferenceEngine {
  /** Says whether a batch fails. */
  @FunctionalInterface
  interface Plan {
    Optional<ErrorType> failure(EngineOptions options, List<String> batch);
  }

  private record Held(String prompt, CompletableFuture<Completion> answer) {}

  private final EngineOptions options;
  private final Plan plan;
  private final ExecutorService worker = Executors.newSingleThreadExecutor();
  private final List<Held> held = new ArrayList<>();
  private final List<String> asked;
  private volatile boolean closed;

  /** Notes in {@code asked} what it is asked, in order. */
  FailingEngine(EngineOptions options, Plan plan, List<String> asked) {
    this.options = options;
    this.plan = plan;
    this.asked = asked;
  }

  static String prompt(Request request) {
    return ((Part.Text) request.messages().get(0).content().get(0)).text();
  }

  @Override
  public CompletableFuture<Completion> submit(Request request, TokenListener listener) {
    Held one = new Held(prompt(request), new CompletableFuture<>());
    synchronized (held) {
      asked.add(one.prompt());
      held.add(one);
    }
    worker.execute(this::answer);
    return one.answer();
  }

  private void answer() {
    List<Held> batch;
    synchronized (held) {
      batch = List.copyOf(held.subList(0, Math.min(options.maxBatch(), held.size())));
      held.removeAll(batch);
    }
    if (batch.isEmpty()) {
      return; // they went with an earlier one
    }
    Optional<ErrorType> failure =
        closed
            ? Optional.of(ErrorType.INTERNAL)
            : plan.failure(options, batch.stream().map(Held::prompt).toList());
    for (Held one : batch) {
      if (failure.isPresent()) {
        one.answer().completeExceptionally(new QwenVlException(failure.get(), "as planned"));
      } else {
        one.answer().complete(EchoEngine.answer(one.prompt()));
      }
    }
  }

  @Override
  public FrameFit frameFit(VisualSize size) {
    return FrameFit.AS_DECODED;
  }

  @Override
  public long pixelBytes(Request request) {
    return PatientEngine.PIXEL_BYTES;
  }

  @Override
  public PixelLimits pictureLimits(VisualSize size) {
    return new PixelLimits(1, 1_000_000);
  }

  @Override
  public ModelInfo model() {
    return EchoEngine.MODEL;
  }

  @Override
  public Occupancy occupancy() {
    return Occupancy.NONE;
  }

  @Override
  public void close() {
    closed = true;
    worker.shutdown();
    try {
      boolean unused = worker.awaitTermination(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
