package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.manifest.Reading;
import io.github.qwenvlspark.runtime.media.TiffDocument;
import java.util.List;
import java.util.stream.IntStream;

/** A picture is one part; a TIFF of several pages has one for each. */
final class PictureParts {
  private PictureParts() {}

  /** The parts of a picture; of a TIFF only the list of its pages is read. */
  static List<Part> of(
      byte[] head, Fetcher fetcher, Fetcher.Found found, Reading reading, RunSettings settings) {
    int pages = TiffDocument.isTiff(head) ? pages(fetcher, found, settings) : 1;
    List<Integer> wanted =
        reading
            .pages()
            .map(range -> PageRange.of(range).of(pages))
            .orElseGet(() -> IntStream.range(0, pages).boxed().toList());
    return pages == 1 ? List.of(Part.image()) : wanted.stream().map(Part::page).toList();
  }

  private static int pages(Fetcher fetcher, Fetcher.Found found, RunSettings settings) {
    try (TiffDocument tiff = TiffDocument.open(fetcher.open(found), settings.media())) {
      return tiff.pages();
    }
  }
}
