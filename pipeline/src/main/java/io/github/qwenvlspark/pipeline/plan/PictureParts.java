package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.manifest.Reading;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.PictureHeader;
import io.github.qwenvlspark.runtime.media.TiffDocument;
import java.util.List;
import java.util.stream.IntStream;

/** A picture is one part; a TIFF of several pages has one for each. */
final class PictureParts {
  private PictureParts() {}

  /** The parts of a picture; of a TIFF only the list of its pages is read. */
  static List<ForetoldPart> of(OpenDocument document, Reading reading, Outlooks outlooks) {
    MediaLimits limits = outlooks.settings().media();
    if (!TiffDocument.isTiff(document.head())) {
      List<Integer> unused = wanted(reading, 1); // refuses pages that there are not
      return List.of(
          image(outlooks.picture(() -> PictureHeader.of(document, limits), document.length())));
    }
    try (TiffDocument tiff = TiffDocument.open(document.unclosed(), limits)) {
      int pages = tiff.pages();
      List<Integer> wanted = wanted(reading, pages);
      long bytes = document.length() / pages;
      return pages == 1
          ? List.of(image(outlooks.picture(() -> tiff.header(0), bytes)))
          : PageLooks.of(wanted, page -> outlooks.picture(() -> tiff.header(page), bytes));
    }
  }

  private static ForetoldPart image(Outlook outlook) {
    return new ForetoldPart(Part.image(), outlook);
  }

  private static List<Integer> wanted(Reading reading, int pages) {
    return reading
        .pages()
        .map(range -> PageRange.of(range).of(pages))
        .orElseGet(() -> IntStream.range(0, pages).boxed().toList());
  }
}
