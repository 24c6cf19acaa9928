package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Pages that a manifest row asks for, such as {@code 1-3,7} or {@code 5-}.
 *
 * @param stretches first and last page from 1; a last page of 0 is the end of the document
 */
record PageRange(List<Stretch> stretches) {
  private static final Pattern STRETCH = Pattern.compile("(\\d{1,9})?(-)?(\\d{1,9})?");

  /** Some pages in a row. */
  record Stretch(int first, int last) {}

  PageRange {
    stretches = List.copyOf(stretches);
  }

  /**
   * Reads a range.
   *
   * @throws QwenVlException INVALID_REQUEST
   */
  static PageRange of(String text) {
    List<Stretch> stretches = new ArrayList<>();
    for (String stretch : text.split(",", -1)) {
      Matcher parts = STRETCH.matcher(stretch.strip());
      if (!parts.matches() || (parts.group(1) == null && parts.group(3) == null)) {
        throw problem("expected pages such as 1-3,7 or 5-");
      }
      int first = parts.group(1) == null ? 1 : Integer.parseInt(parts.group(1));
      int last =
          parts.group(3) != null
              ? Integer.parseInt(parts.group(3))
              : parts.group(2) == null ? first : 0;
      if (first < 1 || (parts.group(3) != null && last < first)) {
        throw problem("pages count from 1 and go up");
      }
      stretches.add(new Stretch(first, last));
    }
    return new PageRange(stretches);
  }

  /**
   * The pages of a document, from 0, each once and in order.
   *
   * @throws QwenVlException INVALID_REQUEST for a page that it does not have
   */
  List<Integer> of(int pages) {
    for (Stretch stretch : stretches) {
      if (Math.max(stretch.first(), stretch.last()) > pages) {
        throw problem("the document has %,d pages".formatted(pages));
      }
    }
    return stretches.stream()
        .flatMapToInt(s -> IntStream.range(s.first() - 1, s.last() == 0 ? pages : s.last()))
        .sorted()
        .distinct()
        .boxed()
        .toList();
  }

  private static QwenVlException problem(String what) {
    return new QwenVlException(
        ErrorType.INVALID_REQUEST, "The manifest's column pages cannot be used: " + what);
  }
}
