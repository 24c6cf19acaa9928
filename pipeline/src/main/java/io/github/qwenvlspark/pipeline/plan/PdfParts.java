package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.manifest.Reading;
import io.github.qwenvlspark.pipeline.manifest.Secret;
import io.github.qwenvlspark.runtime.media.PdfDocument;
import java.util.List;
import java.util.stream.IntStream;

/** The pages of a PDF. */
final class PdfParts {
  private PdfParts() {}

  static List<Part> of(
      Fetcher fetcher, Fetcher.Found found, Reading reading, RunSettings settings) {
    String password = reading.password().map(Secret::value).orElse("");
    try (PdfDocument pdf = PdfDocument.open(fetcher.read(found), password, settings.media())) {
      return IntStream.range(0, pdf.pages()).mapToObj(Part::page).toList();
    }
  }
}
