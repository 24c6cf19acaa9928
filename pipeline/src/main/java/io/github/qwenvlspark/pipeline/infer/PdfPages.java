package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Secret;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.plan.PdfWarnings;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.PageScale;
import io.github.qwenvlspark.runtime.media.PdfDocument;
import io.github.qwenvlspark.runtime.media.RgbImage;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Pages of PDFs as pictures. Keeps the last document open, since its pages come one after the
 * other. Confined to one thread; the caller closes it.
 */
final class PdfPages implements AutoCloseable {
  static {
    PdfWarnings.turnOff();
  }

  private final RunSettings settings;
  private final Function<PlannedRow, MediaBytes> bytes;
  private String openUri = "";
  private PdfDocument open;
  private PageFacts facts = PageFacts.NONE;

  PdfPages(RunSettings settings, Function<PlannedRow, MediaBytes> bytes) {
    this.settings = settings;
    this.bytes = bytes;
  }

  RgbImage read(PlannedRow row, Task task) {
    facts = PageFacts.NONE;
    if (!openUri.equals(row.uri())) {
      close();
      Secret password = row.password().orElse(settings.pdf().password());
      open =
          PdfDocument.open(
              bytes.apply(row), password.value(), settings.media(), settings.pdf().limits());
      openUri = row.uri();
    }
    int page = row.part().page();
    PageScale scale = settings.pdf().scale(task);
    RgbImage picture = open.render(page, scale);
    facts =
        new PageFacts(
            settings.pdf().textLayer() ? text(page) : Optional.empty(),
            Optional.of(EmptyPage.is(picture)),
            OptionalDouble.of(open.dpi(page, scale)));
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

  /** Of the page that was read last. */
  PageFacts facts() {
    return facts;
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
