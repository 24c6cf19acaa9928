package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.manifest.Reading;
import io.github.qwenvlspark.runtime.media.ClipHeader;
import io.github.qwenvlspark.runtime.media.MediaKind;
import io.github.qwenvlspark.runtime.media.TimeSpan;
import io.github.qwenvlspark.runtime.media.VideoReader;
import java.util.List;
import java.util.function.Supplier;

/**
 * Splits documents into the parts that are asked about one by one, and foretells what each takes.
 *
 * @param outlooks by the task that asks
 */
record DocumentParts(Outlooks outlooks) {
  /** At least one part, in reading order. */
  List<ForetoldPart> of(MediaKind kind, OpenDocument document, Reading reading) {
    return switch (kind) {
      case IMAGE -> PictureParts.of(document, reading, outlooks);
      case PDF -> PdfParts.of(document, reading, outlooks);
      case VIDEO -> clip(document, ClipSpan.of(reading));
    };
  }

  private List<ForetoldPart> clip(OpenDocument document, TimeSpan span) {
    Supplier<ClipHeader> header = new Once(() -> header(document));
    return ClipParts.of(span, outlooks.settings().video(), () -> seconds(document)).stream()
        .map(
            part ->
                new ForetoldPart(
                    part,
                    outlooks.clip(header, part.span().orElse(TimeSpan.WHOLE), document.length())))
        .toList();
  }

  private double seconds(OpenDocument document) {
    return VideoReader.seconds(document.unclosed(), outlooks.settings().media());
  }

  private ClipHeader header(OpenDocument document) {
    return VideoReader.header(document.unclosed(), outlooks.settings().media());
  }

  /** A header that is read when it is first wanted, and never again. */
  private static final class Once implements Supplier<ClipHeader> {
    private final Supplier<ClipHeader> reader;
    private ClipHeader header;

    Once(Supplier<ClipHeader> reader) {
      this.reader = reader;
    }

    @Override
    public ClipHeader get() {
      if (header == null) {
        header = reader.get();
      }
      return header;
    }
  }
}
