package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.media.TiffDocument;
import java.util.function.Function;

/**
 * Pages of TIFFs as pictures. Keeps the last document open, since its pages come one after the
 * other. Confined to one thread; the caller closes it.
 */
final class TiffPages implements AutoCloseable {
  private final RunSettings settings;
  private final ImageDecoder pictures;
  private final Function<PlannedRow, MediaBytes> open;
  private String openUri = "";
  private TiffDocument document;

  TiffPages(RunSettings settings, ImageDecoder pictures, Function<PlannedRow, MediaBytes> open) {
    this.settings = settings;
    this.pictures = pictures;
    this.open = open;
  }

  RgbImage read(PlannedRow row) {
    if (!openUri.equals(row.uri())) {
      close();
      document = TiffDocument.open(open.apply(row), settings.media());
      openUri = row.uri();
    }
    return pictures.decode(document, row.part().page());
  }

  @Override
  public void close() {
    if (document != null) {
      document.close();
      document = null;
      openUri = "";
    }
  }
}
