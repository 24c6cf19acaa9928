package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.concurrent.Semaphore;

/**
 * The heap that prepared pixels may take in this executor, from their making until their row is
 * answered. Thread-safe; who waits longest is served first.
 */
final class PixelBudget {
  /** One permit is so many bytes: permits are ints, heaps are larger. */
  private static final int UNIT = 1024;

  private final int all;
  private final Semaphore free;

  PixelBudget(long bytes) {
    this.all = units(bytes, Integer.MAX_VALUE);
    this.free = new Semaphore(all, true);
  }

  /**
   * Waits until {@code bytes} are free and takes them; what is larger than the budget gets all of
   * it. Nobody who holds a part may ask for more.
   *
   * @return gives them back; to be run once
   * @throws QwenVlException INTERNAL if the waiting is interrupted
   */
  Runnable take(long bytes) {
    int taken = units(bytes, all);
    try {
      free.acquire(taken);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QwenVlException(
          ErrorType.INTERNAL, "Interrupted while waiting for memory for pixels", e);
    }
    return () -> free.release(taken);
  }

  /** Bytes that nobody holds. */
  long free() {
    return (long) free.availablePermits() * UNIT;
  }

  private static int units(long bytes, int most) {
    return (int) Math.min(most, (bytes + UNIT - 1) / UNIT);
  }
}
