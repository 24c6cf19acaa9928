package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * One step of reading a PDF, with what it has taken so far. PDFBox knows no limits, so all that is
 * called from within it asks here whether it may go on. Confined to one thread.
 */
final class PdfWork {
  private static final ThreadLocal<PdfWork> CURRENT = new ThreadLocal<>();

  private final PdfLimits limits;
  private final long start = System.nanoTime();
  private long decoded;

  private PdfWork(PdfLimits limits) {
    this.limits = limits;
  }

  /** What a step does. */
  interface Step<T> {
    T run() throws IOException;
  }

  /** Runs a step that may take as much as {@code limits} say. */
  static <T> T within(PdfLimits limits, Step<T> step) throws IOException {
    PdfWork outer = CURRENT.get();
    CURRENT.set(new PdfWork(limits));
    try {
      return step.run();
    } finally {
      if (outer == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(outer);
      }
    }
  }

  /** The step of this thread; none where PDFBox works for someone else. */
  static Optional<PdfWork> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  /**
   * Ends the step of this thread when its time is over.
   *
   * @throws QwenVlException TIMEOUT
   */
  static void check() {
    PdfWork work = CURRENT.get();
    if (work != null) {
      work.requireTime();
    }
  }

  private void requireTime() {
    if (System.nanoTime() - start > limits.deadline().toNanos()) {
      throw limits.timeout();
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new QwenVlException(ErrorType.TIMEOUT, "Interrupted while reading the PDF");
    }
  }

  /** Refuses so many bytes at once, before they are there. */
  void require(long bytes) {
    limits.requireDecoded(bytes);
  }

  /** {@code out}, of which every byte counts. */
  OutputStream counted(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(int b) throws IOException {
        add(1);
        out.write(b);
      }

      @Override
      public void write(byte[] bytes, int offset, int count) throws IOException {
        add(count);
        out.write(bytes, offset, count);
      }
    };
  }

  private void add(int bytes) {
    long before = decoded;
    decoded += bytes;
    limits.requireDecoded(decoded);
    if (before >> 16 != decoded >> 16) {
      requireTime();
    }
  }
}
