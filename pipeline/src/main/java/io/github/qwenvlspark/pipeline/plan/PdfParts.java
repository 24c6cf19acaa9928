package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Secret;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.manifest.Reading;
import io.github.qwenvlspark.runtime.media.PdfDocument;
import java.util.List;
import java.util.Optional;

/** The pages of a PDF. */
final class PdfParts {
  private PdfParts() {}

  static List<Part> of(
      Fetcher fetcher, Fetcher.Found found, Reading reading, RunSettings settings) {
    Optional<PageRange> range = reading.pages().map(PageRange::of);
    Secret password = reading.password().orElse(settings.pdf().password());
    try (PdfDocument pdf =
        PdfDocument.open(
            fetcher.open(found), password.value(), settings.media(), settings.pdf().limits())) {
      return range.orElse(PageRange.ALL).of(pdf.pages()).stream().map(Part::page).toList();
    }
  }
}
