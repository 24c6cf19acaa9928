package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.runtime.media.TimeSpan;
import java.util.Optional;

/**
 * What of a document one request reads.
 *
 * @param kind {@code image}, {@code page}, {@code clip}, {@code frames} for a clip whose frames are
 *     pictures, {@code messages} for a conversation, or {@code document} where it could not be
 *     opened
 * @param page number of the page from 0; 0 where there are no pages
 * @param span stretch of a clip that is read; none for the whole clip
 * @param of parts of the document that are asked about, this one included
 */
public record Part(String kind, int page, Optional<TimeSpan> span, int of) {
  /** Kind of a conversation, which reads what it names and not the row's document. */
  public static final String MESSAGES = "messages";

  /** Kind of a clip whose frames are pictures. */
  public static final String FRAMES = "frames";

  private static final String PAGE = "page";
  private static final String CLIP = "clip";

  /** A document that could not even be opened. */
  static final Part UNKNOWN = new Part("document", 0);

  public Part(String kind, int page) {
    this(kind, page, Optional.empty(), 1);
  }

  /** The only part. */
  public Part(String kind, int page, Optional<TimeSpan> span) {
    this(kind, page, span, 1);
  }

  /** The same as one of several. */
  Part among(int parts) {
    return new Part(kind, page, span, parts);
  }

  static Part image() {
    return new Part("image", 0);
  }

  static Part page(int page) {
    return new Part(PAGE, page);
  }

  static Part clip() {
    return new Part(CLIP, 0);
  }

  static Part clip(TimeSpan span) {
    return new Part(CLIP, 0, Optional.of(span));
  }

  static Part frames() {
    return new Part(FRAMES, 0);
  }

  static Part messages() {
    return new Part(MESSAGES, 0);
  }

  /** Whether it is a page of a PDF or TIFF, which is opened once for its pages. */
  public boolean isPage() {
    return kind.equals(PAGE);
  }

  /** How the part enters the request key. */
  String key() {
    String key = kind + " " + page;
    return span.map(s -> key + " " + s.startS() + " " + s.endS()).orElse(key);
  }
}
