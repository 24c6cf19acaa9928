package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.manifest.Reading;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.MediaKind;
import io.github.qwenvlspark.runtime.media.VideoReader;
import java.util.List;

/**
 * Splits documents into the parts that are asked about one by one.
 *
 * @param fetcher reads what decides that: the page list of a PDF or TIFF, the index of a clip
 */
record DocumentParts(Fetcher fetcher, RunSettings settings) {
  /** At least one part, in reading order; {@code head} is what {@code kind} was told by. */
  List<Part> of(MediaKind kind, byte[] head, Fetcher.Found found, Reading reading) {
    return switch (kind) {
      case IMAGE -> PictureParts.of(head, fetcher, found, reading, settings);
      case PDF -> PdfParts.of(fetcher, found, reading, settings);
      case VIDEO -> ClipParts.of(ClipSpan.of(reading), settings.video(), () -> seconds(found));
    };
  }

  private double seconds(Fetcher.Found found) {
    try (MediaBytes bytes = fetcher.open(found)) {
      return VideoReader.seconds(bytes, settings.media());
    }
  }
}
