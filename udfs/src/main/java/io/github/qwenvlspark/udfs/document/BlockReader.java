package io.github.qwenvlspark.udfs.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;

/** Finds the blocks of an HTML body; words outside of any block are a paragraph. */
final class BlockReader {
  private static final String FORMULA = "formula";
  private static final Set<String> NOTATIONS = Set.of("chemical formula", "music sheet");
  private static final Set<String> CAPTIONS = Set.of("caption", "figcaption");
  private static final Set<String> GROUPS_OF_ROWS = Set.of("thead", "tbody", "tfoot");
  private static final Pattern SPAN = Pattern.compile("[1-9]\\d{0,3}");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  private BlockReader() {}

  static List<Block> blocks(Element parent) {
    List<Block> blocks = new ArrayList<>();
    List<Node> words = new ArrayList<>();
    for (Node node : parent.childNodes()) {
      if (node instanceof Element element && element.isBlock()) {
        paragraph(words).ifPresent(blocks::add);
        words.clear();
        blocks.addAll(block(element));
      } else {
        words.add(node);
      }
    }
    paragraph(words).ifPresent(blocks::add);
    return blocks;
  }

  static boolean isFormula(Element element) {
    return element.className().strip().equals(FORMULA);
  }

  private static Optional<Block> paragraph(List<Node> nodes) {
    Words words = Words.of(nodes);
    return words.isEmpty() ? Optional.empty() : Optional.of(new Block.Paragraph(words));
  }

  private static List<Block> block(Element element) {
    String tag = element.normalName();
    String kind = element.className().strip();
    if (isFormula(element)) {
      return written(element, false);
    }
    if (NOTATIONS.contains(kind) || tag.equals("pre")) {
      return written(element, true);
    }
    if (kind.equals("image caption") || CAPTIONS.contains(tag)) {
      Words words = Words.of(element.childNodes());
      return words.isEmpty() ? List.of() : List.of(new Block.Caption(words));
    }
    return switch (tag) {
      case "h1", "h2", "h3", "h4", "h5", "h6" -> heading(element, tag.charAt(1) - '0');
      case "ul" -> items(element, false, 1);
      case "ol" -> items(element, true, number(element, "start", NUMBER));
      case "table" -> table(element);
      default -> blocks(element);
    };
  }

  private static List<Block> heading(Element element, int level) {
    Words words = Words.of(element.childNodes());
    return words.isEmpty() ? List.of() : List.of(new Block.Heading(level, words));
  }

  private static List<Block> written(Element element, boolean asItIs) {
    String text = element.wholeText().strip();
    if (text.isEmpty()) {
      return List.of();
    }
    return List.of(asItIs ? new Block.Preformatted(text) : new Block.Formula(text));
  }

  private static List<Block> items(Element list, boolean numbered, int first) {
    List<List<Block>> items = new ArrayList<>();
    for (Element item : list.children()) {
      items.add(item.normalName().equals("li") ? blocks(item) : block(item));
    }
    items.removeIf(List::isEmpty);
    return items.isEmpty() ? List.of() : List.of(new Block.Items(numbered, first, items));
  }

  private static List<Block> table(Element table) {
    List<Block> blocks = new ArrayList<>();
    List<List<CellGrid.Cell>> rows = new ArrayList<>();
    for (Element child : table.children()) {
      if (GROUPS_OF_ROWS.contains(child.normalName())) {
        child.children().forEach(row -> rows.add(cells(row)));
      } else if (child.normalName().equals("tr")) {
        rows.add(cells(child));
      } else {
        blocks.addAll(block(child));
      }
    }
    rows.removeIf(List::isEmpty);
    CellGrid cells = CellGrid.of(rows);
    if (!cells.isEmpty()) {
      blocks.add(new Block.Table(cells));
    }
    return blocks;
  }

  private static List<CellGrid.Cell> cells(Element row) {
    return row.children().stream()
        .map(
            cell ->
                new CellGrid.Cell(
                    Words.of(cell.childNodes()),
                    number(cell, "rowspan", SPAN),
                    number(cell, "colspan", SPAN)))
        .toList();
  }

  /** 1 where it is missing or no such number. */
  private static int number(Element element, String attribute, Pattern form) {
    String value = element.attr(attribute).strip();
    return form.matcher(value).matches() ? Integer.parseInt(value) : 1;
  }
}
