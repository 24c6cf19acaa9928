package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Secret;
import io.github.qwenvlspark.pipeline.manifest.Reading;
import io.github.qwenvlspark.runtime.media.PageScale;
import io.github.qwenvlspark.runtime.media.PdfDocument;
import java.util.List;
import java.util.Optional;

/** The pages of a PDF. */
final class PdfParts {
  static {
    PdfWarnings.turnOff();
  }

  private PdfParts() {}

  static List<ForetoldPart> of(OpenDocument document, Reading reading, Outlooks outlooks) {
    Optional<PageRange> range = reading.pages().map(PageRange::of);
    RunSettings settings = outlooks.settings();
    Secret password = reading.password().orElse(settings.pdf().password());
    PageScale scale = settings.pdf().scale(outlooks.task());
    try (PdfDocument pdf =
        PdfDocument.open(
            document.unclosed(), password.value(), settings.media(), settings.pdf().limits())) {
      long bytes = document.length() / pdf.pages();
      return PageLooks.of(
          range.orElse(PageRange.ALL).of(pdf.pages()),
          page -> outlooks.picture(() -> pdf.size(page, scale), bytes));
    }
  }
}
