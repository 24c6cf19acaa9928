package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Secret;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.PdfDocument;
import io.github.qwenvlspark.runtime.media.RgbImage;
import java.util.Optional;
import java.util.function.Function;

/**
 * Pages of PDFs as pictures. Keeps the last document open, since its pages come one after the
 * other. Confined to one thread; the caller closes it.
 */
final class PdfPages implements AutoCloseable {
  private final RunSettings settings;
  private final Function<PlannedRow, MediaBytes> bytes;
  private String openUri = "";
  private PdfDocument open;
  private Optional<String> textLayer = Optional.empty();

  PdfPages(RunSettings settings, Function<PlannedRow, MediaBytes> bytes) {
    this.settings = settings;
    this.bytes = bytes;
  }

  RgbImage read(PlannedRow row, Task task) {
    textLayer = Optional.empty();
    if (!openUri.equals(row.uri())) {
      close();
      Secret password = row.password().orElse(settings.pdf().password());
      open =
          PdfDocument.open(
              bytes.apply(row), password.value(), settings.media(), settings.pdf().limits());
      openUri = row.uri();
    }
    RgbImage picture = open.render(row.part().page(), settings.pdf().scale(task));
    if (settings.pdf().textLayer()) {
      textLayer = text(row.part().page());
    }
    return picture;
  }

  /** A layer that cannot be read does not spoil the picture that could. */
  private Optional<String> text(int page) {
    try {
      return Optional.of(open.text(page));
    } catch (QwenVlException e) {
      if (e.type() == ErrorType.CORRUPT_MEDIA) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The text layer of the page that was read last. */
  Optional<String> textLayer() {
    return textLayer;
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
