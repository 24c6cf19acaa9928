package io.github.qwenvlspark.udfs.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.TextNode;

/** QwenVL HTML: every element that says where it stands, in document order. */
final class HtmlAnswer {
  private static final Pattern BOX = Pattern.compile("\\d{1,9}(?:\\s+\\d{1,9}){3}");
  private static final Set<String> KINDS =
      Set.of("image", "image caption", "formula", "chemical formula", "music sheet", "chart");

  private HtmlAnswer() {}

  static List<ParsedAnswer.Element> elements(String text) {
    List<ParsedAnswer.Element> elements = new ArrayList<>();
    for (Element element : PageHtml.parse(text).select("[data-bbox]")) {
      if (!element.normalName().equals("ol")) {
        elements.add(
            new ParsedAnswer.Element(
                type(element), text(element), box(element), PageHtml.clean(element)));
      }
    }
    return elements;
  }

  /** The class if it is one of the format's own, such as {@code formula}; else the tag. */
  private static String type(Element element) {
    String kind = PageHtml.kind(element);
    return KINDS.contains(kind) ? kind : element.normalName();
  }

  /** Stripped pieces, joined as the cookbook joins them. */
  private static String text(Element element) {
    StringBuilder text = new StringBuilder();
    element.nodeStream(TextNode.class).forEach(node -> text.append(node.text().strip()));
    return text.toString();
  }

  private static List<Integer> box(Element element) {
    String box = element.attr("data-bbox").strip();
    if (!BOX.matcher(box).matches()) {
      return List.of();
    }
    List<Integer> numbers = new ArrayList<>();
    for (String number : box.split("\\s+", -1)) {
      numbers.add(Integer.valueOf(number));
    }
    return numbers;
  }
}
