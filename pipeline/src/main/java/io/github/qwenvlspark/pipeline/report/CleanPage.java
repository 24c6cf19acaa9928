package io.github.qwenvlspark.pipeline.report;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.parser.Parser;
import org.jsoup.safety.Cleaner;
import org.jsoup.safety.Safelist;

/**
 * A parsed page as HTML that may be shown: structure and text, and nothing that acts, loads, links
 * or styles, whatever the answer holds.
 */
public final class CleanPage {
  /** Real answers nest five deep; without a bound a hostile one costs the square of its length. */
  private static final int MAX_DEPTH = 32;

  private static final Safelist KEPT =
      Safelist.none()
          .addTags("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "ul", "ol", "li", "b", "i")
          .addTags("strong", "em", "sub", "sup", "pre", "code", "blockquote", "caption")
          .addTags("table", "thead", "tbody", "tfoot", "tr", "td", "th")
          .addAttributes("td", "colspan", "rowspan")
          .addAttributes("th", "colspan", "rowspan");

  private CleanPage() {}

  /** Clean HTML of an answer in QwenVL HTML, with or without a fence around it. */
  public static String of(String answer) {
    String html = answer.strip().replaceFirst("^```\\w*", "").replaceFirst("```$", "");
    Document dirty = Jsoup.parse(html, Parser.htmlParser().setMaxDepth(MAX_DEPTH));
    Document clean = new Cleaner(KEPT).clean(dirty);
    clean.outputSettings().prettyPrint(false);
    return clean.body().html().strip();
  }
}
