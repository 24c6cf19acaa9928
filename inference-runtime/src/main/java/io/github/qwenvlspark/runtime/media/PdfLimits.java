package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.Serializable;
import java.time.Duration;

/**
 * What the work on one page of a PDF may take, and the opening of its document too.
 *
 * @param deadline longest, on the clock
 * @param maxDecodedBytes most bytes that its streams may come to, once decompressed
 */
public record PdfLimits(Duration deadline, long maxDecodedBytes) implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final PdfLimits DEFAULT = new PdfLimits(Duration.ofSeconds(60), 256L << 20);

  public PdfLimits {
    if (deadline.isNegative() || deadline.isZero() || maxDecodedBytes < 1) {
      throw new IllegalArgumentException("Limits of PDFs must be positive");
    }
  }

  QwenVlException timeout() {
    return new QwenVlException(
        ErrorType.TIMEOUT,
        "The PDF took longer than %d ms (spark.qwenvl.pdf.renderTimeoutSeconds)"
            .formatted(deadline.toMillis()));
  }

  void requireDecoded(long bytes) {
    if (bytes > maxDecodedBytes) {
      throw new QwenVlException(
          ErrorType.TOO_LARGE,
          "The PDF comes to %,d bytes decoded, which exceed %,d (spark.qwenvl.media.maxDecodedBytes)"
              .formatted(bytes, maxDecodedBytes));
    }
  }
}
