package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.manifest.Secret;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.media.PdfDocument;
import io.github.qwenvlspark.runtime.media.RgbImage;
import java.util.function.Function;

/**
 * Pages of PDFs as pictures. Keeps the last document open, since its pages come one after the
 * other. Confined to one thread; the caller closes it.
 */
final class PdfPages implements AutoCloseable {
  private final RunSettings settings;
  private final Function<PlannedRow, byte[]> fetch;
  private String openUri = "";
  private PdfDocument open;

  PdfPages(RunSettings settings, Function<PlannedRow, byte[]> fetch) {
    this.settings = settings;
    this.fetch = fetch;
  }

  RgbImage read(PlannedRow row) {
    if (!openUri.equals(row.uri())) {
      close();
      String password = row.password().map(Secret::value).orElse("");
      open = PdfDocument.open(fetch.apply(row), password, settings.media());
      openUri = row.uri();
    }
    return open.render(row.part().page(), settings.pdf().dpi());
  }

  @Override
  public void close() {
    if (open != null) {
      open.close();
      open = null;
      openUri = "";
    }
  }
}
