package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.media.TiffDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Pages of whatever has pages, which its first bytes tell. Keeps the last document open, since its
 * pages come one after the other. Confined to one thread; the caller closes it.
 */
final class Pages implements AutoCloseable {
  private static final int HEAD = 4;

  private final PdfPages pdfs;
  private final TiffPages tiffs;
  private final Function<PlannedRow, MediaBytes> open;
  private String openUri = "";
  private MediaBytes document = MediaBytes.of(new byte[0]);
  private boolean isTiff;

  /** Opens nothing yet. */
  Pages(RunSettings settings, ImageDecoder pictures, Function<PlannedRow, MediaBytes> open) {
    this.pdfs = new PdfPages(settings, row -> document);
    this.tiffs = new TiffPages(settings, pictures, row -> document);
    this.open = open;
  }

  RgbImage read(PlannedRow row, Task task) {
    if (!openUri.equals(row.uri())) {
      close();
      document = open.apply(row);
      isTiff = TiffDocument.isTiff(first(HEAD));
      openUri = row.uri();
    }
    return isTiff ? tiffs.read(row) : pdfs.read(row, task);
  }

  /** Of the page that was read last, whose picture is given. */
  PageFacts facts(RgbImage page) {
    return isTiff ? PageFacts.of(page) : pdfs.facts();
  }

  /** So many bytes, or all there are. */
  private byte[] first(int most) {
    byte[] bytes = new byte[most];
    int at = 0;
    try {
      for (int more = 0; more >= 0 && at < most; at += Math.max(more, 0)) {
        more = document.read(at, bytes, at, most - at);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the document", e);
    }
    return Arrays.copyOf(bytes, at);
  }

  @Override
  public void close() {
    pdfs.close();
    tiffs.close();
    document.close();
    openUri = "";
  }
}
