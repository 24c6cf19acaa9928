package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.EngineLoad;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.EngineOptions.Scheduling;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.InferenceEngine;
import io.github.qwenvlspark.runtime.Occupancy;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.TokenListener;
import io.github.qwenvlspark.runtime.media.FrameFit;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine that outlives failures of its device and of its memory: it is opened anew, and what was
 * in flight is asked again in its order. After DEVICE_FAILURE once within an interval; after
 * OUT_OF_MEMORY with half of the batch, down to one row, which answers do not depend on. What fails
 * then is the request's own failure. Never throws a request's failure, but fails its future.
 * Thread-safe.
 */
final class LastingEngine implements InferenceEngine {
  private static final Logger LOG = LoggerFactory.getLogger(LastingEngine.class);

  private final Function<EngineOptions, InferenceEngine> factory;
  private final EngineOptions wanted;
  private final Duration interval;
  private final LongSupplier nanos;

  /** Requests come in through reading; the engine is exchanged in writing. */
  private final ReadWriteLock doors = new ReentrantReadWriteLock();

  /** What is not answered, in the order in which it was asked. */
  private final Set<Asking> open = new LinkedHashSet<>();

  private volatile Generation present;
  private OptionalLong mendedAt = OptionalLong.empty();

  /** Why there is no engine; empty while there is. */
  private Optional<Throwable> lost = Optional.empty();

  /** Whether a failure had no cure, so that another run had better have a new engine. */
  private boolean spent;

  private Occupancy before = Occupancy.NONE;
  private boolean closed;

  /**
   * Opens the first engine.
   *
   * @param factory what it throws for the first engine is thrown here
   * @param interval least time between two openings for a device that fails
   * @param nanos the clock, such as {@link System#nanoTime}
   */
  LastingEngine(
      Function<EngineOptions, InferenceEngine> factory,
      EngineOptions wanted,
      Duration interval,
      LongSupplier nanos) {
    this.factory = factory;
    this.wanted = wanted;
    this.interval = interval;
    this.nanos = nanos;
    this.present = new Generation(factory.apply(wanted), wanted);
  }

  /** One of the engines that follow each other. */
  private static final class Generation {
    private final InferenceEngine engine;
    private final EngineOptions options;

    /** Whether another one is to take its place: its failures do not count any more. */
    private boolean condemned;

    Generation(InferenceEngine engine, EngineOptions options) {
      this.engine = engine;
      this.options = options;
    }
  }

  /** A request, asked as often as it takes. */
  private final class Asking {
    private final Request request;
    private final TokenListener listener;
    private final CompletableFuture<Completion> answer = new CompletableFuture<>();
    private volatile CompletableFuture<Completion> given = new CompletableFuture<>();
    private volatile int attempts;

    Asking(Request request, TokenListener listener) {
      this.request = request;
      this.listener = listener;
      CompletableFuture<Completion> unused =
          answer.whenComplete(
              (completion, failure) -> {
                forget(this);
                given.cancel(false);
              });
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread asks at a time
    void ask(Generation on) {
      if (answer.isDone()) {
        return;
      }
      attempts++;
      given = submitted(on);
      CompletableFuture<Completion> unused =
          given.whenComplete((completion, failure) -> settle(this, on, completion, failure));
      if (answer.isDone()) {
        given.cancel(false);
      }
    }

    private CompletableFuture<Completion> submitted(Generation on) {
      try {
        return on.engine.submit(request, listener);
      } catch (RuntimeException | Error e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    void fail(Throwable failure) {
      answer.completeExceptionally(
          failure instanceof QwenVlException typed && attempts > 1
              ? new QwenVlException(typed.type(), typed.getMessage(), attempts, typed)
              : failure);
    }
  }

  @Override
  public CompletableFuture<Completion> submit(Request request, TokenListener listener) {
    Asking asking = new Asking(request, listener);
    try {
      doors.readLock().lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QwenVlException(ErrorType.INTERNAL, "Interrupted while waiting for the engine", e);
    }
    try {
      admit(asking).ifPresent(asking::ask);
    } finally {
      doors.readLock().unlock();
    }
    return asking.answer;
  }

  /** Whom to ask now; nobody where the next engine will be asked, or the request has failed. */
  private Optional<Generation> admit(Asking asking) {
    Optional<Throwable> refusal = Optional.empty();
    synchronized (this) {
      if (closed) {
        refusal = Optional.of(new QwenVlException(ErrorType.INTERNAL, "The engine was closed"));
      } else if (lost.isPresent() && tooEarly()) {
        refusal = lost;
      } else {
        open.add(asking);
        if (lost.isPresent()) {
          lost = Optional.empty();
          mend(present, present.options);
        }
        return present.condemned ? Optional.empty() : Optional.of(present);
      }
    }
    refusal.ifPresent(asking::fail);
    return Optional.empty();
  }

  private synchronized void forget(Asking asking) {
    open.remove(asking);
  }

  private void settle(Asking asking, Generation on, Completion completion, Throwable failure) {
    if (failure == null) {
      asking.answer.complete(completion);
      return;
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    synchronized (this) {
      if (on.condemned) {
        return; // the next engine is asked
      }
      Optional<EngineOptions> cure = cure(on, cause);
      if (cure.isPresent()) {
        LOG.warn(
            "The engine failed ({}); it is opened anew for {} rows at once, and {} requests are asked again",
            cause.getMessage(),
            cure.get().maxBatch(),
            open.size());
        mend(on, cure.get());
        return;
      }
    }
    asking.fail(cause);
  }

  /** With what an engine is opened that may do better; empty where none would. */
  private Optional<EngineOptions> cure(Generation failed, Throwable cause) {
    if (closed || !(cause instanceof QwenVlException typed)) {
      return Optional.empty();
    }
    int batch = failed.options.maxBatch();
    if (typed.type() == ErrorType.OUT_OF_MEMORY && batch > 1) {
      return Optional.of(withBatch(failed.options, batch / 2));
    }
    if (typed.type() != ErrorType.DEVICE_FAILURE) {
      return Optional.empty();
    }
    if (tooEarly()) {
      spent = true;
      return Optional.empty();
    }
    mendedAt = OptionalLong.of(nanos.getAsLong());
    return Optional.of(failed.options);
  }

  private boolean tooEarly() {
    return mendedAt.isPresent() && nanos.getAsLong() - mendedAt.getAsLong() < interval.toNanos();
  }

  private static EngineOptions withBatch(EngineOptions options, int batch) {
    Scheduling before = options.scheduling();
    return options.with(
        new Scheduling(
            batch,
            before.maxContextTokens(),
            before.prefillChunk(),
            before.maxCacheTokens(),
            before.visualCacheBytes()));
  }

  /** Gives a run that begins an engine as it was wanted, if an earlier run has worn this one. */
  synchronized void renew() {
    mendedAt = OptionalLong.empty();
    boolean worn = spent || lost.isPresent() || !present.options.equals(wanted);
    if (worn && !present.condemned && !closed) {
      lost = Optional.empty();
      mend(present, wanted);
    }
  }

  /** In a thread of its own: a failure is told on the engine's, which ends with it. */
  private void mend(Generation failed, EngineOptions options) {
    failed.condemned = true;
    spent = false;
    Thread thread = new Thread(() -> exchange(failed, options), "qwenvl-mend");
    thread.setContextClassLoader(LastingEngine.class.getClassLoader());
    thread.setDaemon(true);
    thread.start();
  }

  private void exchange(Generation failed, EngineOptions options) {
    doors.writeLock().lock();
    try {
      if (isClosed()) {
        return;
      }
      end(failed);
      Generation next = new Generation(factory.apply(options), options);
      present = next;
      asked().forEach(asking -> asking.ask(next));
    } catch (RuntimeException | Error e) {
      LOG.error("The engine could not be opened anew: {}", e.getClass().getName());
      lose(
          e instanceof QwenVlException typed
              ? new QwenVlException(
                  ErrorType.DEVICE_FAILURE,
                  "The engine failed and could not be opened anew: " + typed.getMessage(),
                  typed)
              : e);
    } finally {
      doors.writeLock().unlock();
    }
  }

  private void end(Generation failed) {
    before = before.plus(failed.engine.occupancy());
    try {
      failed.engine.close();
    } catch (RuntimeException e) {
      LOG.warn("The engine that failed could not be closed: {}", e.getClass().getName());
    }
  }

  private void lose(Throwable reason) {
    synchronized (this) {
      lost = Optional.of(reason);
      mendedAt = OptionalLong.of(nanos.getAsLong());
    }
    asked().forEach(asking -> asking.fail(reason));
  }

  private synchronized List<Asking> asked() {
    return List.copyOf(open);
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public FrameFit frameFit(VisualSize size) {
    return present.engine.frameFit(size);
  }

  @Override
  public long pixelBytes(Request request) {
    return present.engine.pixelBytes(request);
  }

  @Override
  public PixelLimits pictureLimits(VisualSize size) {
    return present.engine.pictureLimits(size);
  }

  @Override
  public ModelInfo model() {
    return present.engine.model();
  }

  /** Of all its engines together. */
  @Override
  public Occupancy occupancy() {
    doors.readLock().lock();
    try {
      return before.plus(present.engine.occupancy());
    } finally {
      doors.readLock().unlock();
    }
  }

  /** Of its present engine. */
  @Override
  public EngineLoad load() {
    return present.engine.load();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    doors.writeLock().lock();
    try {
      present.engine.close();
    } finally {
      doors.writeLock().unlock();
    }
    asked()
        .forEach(
            asking ->
                asking.fail(new QwenVlException(ErrorType.INTERNAL, "The engine was closed")));
  }
}
