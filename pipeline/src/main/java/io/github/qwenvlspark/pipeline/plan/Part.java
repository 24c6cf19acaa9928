package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.runtime.media.MediaKind;

/**
 * What of a document one request reads.
 *
 * @param kind {@code image}, {@code page}, {@code clip}, {@code messages} for a conversation, or
 *     {@code document} where it could not be opened
 * @param page number of the page from 0; 0 where there are no pages
 */
public record Part(String kind, int page) {
  /** Kind of a conversation, which reads what it names and not the row's document. */
  public static final String MESSAGES = "messages";

  private static final String PAGE = "page";

  /** A document that could not even be opened. */
  static final Part UNKNOWN = new Part("document", 0);

  static Part image() {
    return new Part("image", 0);
  }

  static Part page(int page) {
    return new Part(PAGE, page);
  }

  static Part clip() {
    return new Part("clip", 0);
  }

  static Part messages() {
    return new Part(MESSAGES, 0);
  }

  static Part whole(MediaKind kind) {
    return kind == MediaKind.VIDEO ? clip() : image();
  }

  /** Whether it is a page of a PDF, which is opened once for its pages. */
  public boolean isPage() {
    return kind.equals(PAGE);
  }

  /** How the part enters the request key. */
  String key() {
    return kind + " " + page;
  }
}
