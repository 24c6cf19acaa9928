package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Pages that a manifest row asks for, such as {@code 1-3,7}, {@code 5-} or {@code -3}.
 *
 * @param stretches at least one, in any order
 */
record PageRange(List<Stretch> stretches) {
  private static final Pattern STRETCH = Pattern.compile("(\\d{1,9})?\\s*+(-)?\\s*+(\\d{1,9})?");

  /** More than anyone writes by hand, and few enough to hold. */
  private static final int MAX_STRETCHES = 1000;

  /** Stands for the last page where none is named. */
  private static final int TO_THE_END = Integer.MAX_VALUE;

  /** The whole document. */
  static final PageRange ALL = new PageRange(List.of(new Stretch(1, TO_THE_END)));

  /** Pages that follow each other, from 1. */
  record Stretch(int first, int last) {
    Stretch {
      if (first < 1 || last < first) {
        throw problem("pages count from 1, and a range goes up");
      }
    }

    private IntStream of(int pages) {
      int end = last == TO_THE_END ? pages : last;
      if (first > pages || end > pages) {
        throw problem("the document has %s".formatted(counted(pages)));
      }
      return IntStream.range(first - 1, end);
    }
  }

  PageRange {
    stretches = List.copyOf(stretches);
  }

  /**
   * Reads a range.
   *
   * @throws QwenVlException INVALID_REQUEST, which says what is allowed
   */
  static PageRange of(String text) {
    List<Stretch> stretches = new ArrayList<>();
    for (String part : text.split(",", MAX_STRETCHES + 1)) {
      if (stretches.size() == MAX_STRETCHES) {
        throw problem("at most %,d ranges are read".formatted(MAX_STRETCHES));
      }
      stretches.add(stretch(part.strip()));
    }
    return new PageRange(stretches);
  }

  private static Stretch stretch(String text) {
    Matcher parts = STRETCH.matcher(text);
    if (!parts.matches() || (parts.group(1) == null && parts.group(3) == null)) {
      throw problem("pages and ranges of pages are needed, such as 1-3,7 or 5- or -3");
    }
    boolean range = parts.group(2) != null;
    if (!range && parts.group(3) != null) {
      throw problem("a comma is needed between pages");
    }
    int first = parts.group(1) == null ? 1 : Integer.parseInt(parts.group(1));
    if (!range) {
      return new Stretch(first, first);
    }
    return new Stretch(
        first, parts.group(3) == null ? TO_THE_END : Integer.parseInt(parts.group(3)));
  }

  /**
   * The pages of a document, from 0, each once and in order.
   *
   * @throws QwenVlException INVALID_REQUEST for a page that it does not have
   */
  List<Integer> of(int pages) {
    return stretches.stream()
        .flatMapToInt(stretch -> stretch.of(pages))
        .sorted()
        .distinct()
        .boxed()
        .toList();
  }

  private static String counted(int pages) {
    return pages == 1 ? "1 page" : "%,d pages".formatted(pages);
  }

  private static QwenVlException problem(String what) {
    return new QwenVlException(
        ErrorType.INVALID_REQUEST, "The manifest's column pages cannot be used: " + what);
  }
}
