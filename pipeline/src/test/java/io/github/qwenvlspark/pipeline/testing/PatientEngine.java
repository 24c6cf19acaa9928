package io.github.qwenvlspark.pipeline.testing;

import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.FinishReason;
import io.github.qwenvlspark.runtime.InferenceEngine;
import io.github.qwenvlspark.runtime.Occupancy;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.TokenListener;
import io.github.qwenvlspark.runtime.media.FrameFit;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Answers when the test says so. Thread-safe. */
public final class PatientEngine implements InferenceEngine {
  public static final long PIXEL_BYTES = 1 << 20;

  private final BlockingQueue<CompletableFuture<Completion>> asked = new LinkedBlockingQueue<>();

  @Override
  public CompletableFuture<Completion> submit(Request request, TokenListener listener) {
    CompletableFuture<Completion> answer = new CompletableFuture<>();
    asked.add(answer);
    return answer;
  }

  /** The next request that came, waited for. */
  public CompletableFuture<Completion> nextAsked() throws InterruptedException {
    CompletableFuture<Completion> answer = asked.poll(30, TimeUnit.SECONDS);
    if (answer == null) {
      throw new AssertionError("No request came");
    }
    return answer;
  }

  /** Requests that came and were not looked at. */
  public int waiting() {
    return asked.size();
  }

  /** What it answers. */
  public static Completion completion() {
    return new Completion(
        "text",
        List.of(1),
        FinishReason.STOP,
        new Completion.Usage(1, 1, 1),
        List.of(),
        new Completion.Timing(0, 0, 0, 0, 0),
        new Completion.Quality(0, 0));
  }

  @Override
  public FrameFit frameFit(VisualSize size) {
    return FrameFit.AS_DECODED;
  }

  @Override
  public long pixelBytes(Request request) {
    return PIXEL_BYTES;
  }

  @Override
  public Occupancy occupancy() {
    return Occupancy.NONE;
  }

  @Override
  public PixelLimits pictureLimits(VisualSize size) {
    return new PixelLimits(1, size.maxPixels().orElse(1_000_000));
  }

  @Override
  public ModelInfo model() {
    return EchoEngine.MODEL;
  }

  @Override
  public void close() {}
}
