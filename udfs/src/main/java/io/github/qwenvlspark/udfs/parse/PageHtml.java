package io.github.qwenvlspark.udfs.parse;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import io.github.qwenvlspark.udfs.document.Page;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.parser.Parser;
import org.jsoup.safety.Cleaner;
import org.jsoup.safety.Safelist;

/**
 * The page that an answer in QwenVL HTML describes, freed of places, styles, pictures, links and
 * code: what is left can be shown anywhere. Immutable.
 *
 * <p>Source: {@code clean_and_format_html} in the document parsing cookbook of Qwen2.5-VL. Unlike
 * there the words of captions and notations stay.
 */
public final class PageHtml {
  /** Real answers nest five deep; without a bound a hostile one costs its length squared. */
  private static final int MAX_DEPTH = 32;

  private static final Pattern TAG = Pattern.compile("<[a-zA-Z]");
  private static final Pattern PAGE = Pattern.compile("<(?:html|body)\\b", CASE_INSENSITIVE);
  private static final Pattern FORMULA = Pattern.compile("formula[. ]\\w+");

  /** What stands for something without words. */
  private static final Set<String> SHOWN = Set.of("image", "chart");

  private static final String CLOSE = "</html>";
  private static final Safelist SAFE =
      Safelist.relaxed()
          .addTags("section", "article", "header", "footer", "main", "aside")
          .addTags("figure", "figcaption", "address")
          .addAttributes(":all", "class")
          .removeTags("a", "img");

  private final Element body;

  private PageHtml(Element body) {
    this.body = body;
  }

  /**
   * Reads the first HTML of an answer, fenced or not, perhaps cut.
   *
   * @throws UnparsableAnswerException if there is none
   */
  public static PageHtml read(String answer) {
    Element body = new Cleaner(SAFE).clean(parse(answer)).body();
    for (Element element : body.select("[class]")) {
      element.attr("class", kind(element));
    }
    body.select("[class]").stream()
        .filter(element -> !element.hasText() && !SHOWN.contains(element.className()))
        .forEach(Element::remove);
    return new PageHtml(body);
  }

  /** What stands inside of the body; blocks at its top have a line each. */
  public String html() {
    return body.childNodes().stream()
        .map(Node::outerHtml)
        .map(String::strip)
        .filter(html -> !html.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  /** See {@link Page#markdown}. */
  public String markdown() {
    return Page.of(body).markdown();
  }

  /** See {@link Page#text}. */
  public String text() {
    return Page.of(body).text();
  }

  /** The answer's HTML as it is, without what is said around it. */
  static Document parse(String answer) {
    String html = Fence.find(answer, "html").orElseGet(() -> withoutProse(answer));
    if (!TAG.matcher(html).find()) {
      throw new UnparsableAnswerException("The answer holds no HTML");
    }
    Document document = Jsoup.parse(html, Parser.htmlParser().setMaxDepth(MAX_DEPTH));
    document.outputSettings().prettyPrint(false);
    return document;
  }

  /** The class of an element, that of all formulas being {@code formula}. */
  static String kind(Element element) {
    String kind = element.className().strip();
    return FORMULA.matcher(kind).matches() ? "formula" : kind;
  }

  /** Structure and words of an element and what it holds. */
  static String clean(Element element) {
    return Jsoup.clean(element.outerHtml(), SAFE);
  }

  private static String withoutProse(String answer) {
    Matcher page = PAGE.matcher(answer);
    if (!page.find()) {
      return answer;
    }
    int close = answer.indexOf(CLOSE, page.start());
    return answer.substring(page.start(), close < 0 ? answer.length() : close);
  }
}
