package io.github.qwenvlspark.pipeline.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Looks at the pages of a document: at each of a short one, and at a few of a long one, whose
 * others are taken for like the one before. The pages of a long document lie all over the file, and
 * to look at each would read most of it.
 */
final class PageLooks {
  private static final int MOST = 8;

  private PageLooks() {}

  /**
   * The parts of a document with pages.
   *
   * @param look at a page, from 0
   */
  static List<ForetoldPart> of(List<Integer> pages, IntFunction<Outlook> look) {
    int every = (pages.size() + MOST - 1) / MOST;
    List<ForetoldPart> parts = new ArrayList<>();
    Outlook last = Outlook.tokens(0);
    for (int i = 0; i < pages.size(); i++) {
      last = i % every == 0 ? look.apply(pages.get(i)) : last;
      parts.add(new ForetoldPart(Part.page(pages.get(i)), last));
    }
    return parts;
  }
}
