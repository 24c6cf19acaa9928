package io.github.qwenvlspark.udfs.document;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;

/**
 * Text that runs on. Forced breaks stand in it as U+2028.
 *
 * @param marked with emphasis and escapes of Markdown, but those that count at a line's beginning
 * @param plain the words alone
 */
record Words(String marked, String plain) {
  private static final String BREAK = "\u2028";
  private static final Pattern BREAKS = Pattern.compile("\\s*(?:" + BREAK + "\\s*)+");
  private static final Pattern SPACES = Pattern.compile("[ \\t\\x0B\\f\\r\\n]+");

  // What CommonMark and GitHub's tables and strikes give a meaning inside a line ...
  private static final Pattern MARK =
      Pattern.compile(
          "[\\\\`*\\[\\]<|~]|(?<![\\p{L}\\p{N}])_|_(?![\\p{L}\\p{N}])|&(?=#?\\w{1,32};)");
  // ... and at its beginning.
  private static final Pattern LINE_START =
      Pattern.compile("^(\\d{0,9})(#{1,6}(?=\\s|$)|[-+.)](?=\\s|$)|>|[-=]+\\s*$)");

  /** Of these nodes, one after the other. */
  static Words of(List<Node> nodes) {
    StringBuilder marked = new StringBuilder();
    StringBuilder plain = new StringBuilder();
    nodes.forEach(node -> append(node, marked, plain));
    return new Words(tidy(marked), tidy(plain));
  }

  boolean isEmpty() {
    return plain.isEmpty();
  }

  /** Markdown of several lines. */
  String lines() {
    StringBuilder lines = new StringBuilder();
    for (String line : marked.split(BREAK, -1)) {
      lines.append(lines.isEmpty() ? "" : "  \n").append(escapedStart(line));
    }
    return lines.toString();
  }

  /** Markdown inside a line that has begun. */
  String line() {
    return marked.replace(BREAK, " ");
  }

  /** Markdown inside the cell of a table. */
  String cell() {
    return marked.replace(BREAK, "<br>");
  }

  /** Markdown inside a line, set off by its slant. */
  String slanted() {
    return "*" + escaped(plain.replace(BREAK, " ")) + "*";
  }

  /** Without Markdown, of several lines. */
  String text() {
    return plain.replace(BREAK, "\n");
  }

  /** Without Markdown, one line. */
  String textLine() {
    return plain.replace(BREAK, " ");
  }

  private static void append(Node node, StringBuilder marked, StringBuilder plain) {
    if (node instanceof TextNode text) {
      String words = SPACES.matcher(text.getWholeText()).replaceAll(" ");
      marked.append(escaped(words));
      plain.append(words);
    } else if (node instanceof Element element) {
      append(element, marked, plain);
    }
  }

  private static void append(Element element, StringBuilder marked, StringBuilder plain) {
    String tag = element.normalName();
    if (tag.equals("br")) {
      marked.append(BREAK);
      plain.append(BREAK);
      return;
    }
    String apart = tag.matches("t[dh]") ? " " : element.isBlock() ? BREAK : "";
    StringBuilder inside = new StringBuilder();
    marked.append(apart);
    plain.append(apart);
    if (BlockReader.isFormula(element)) {
      String latex = SPACES.matcher(element.wholeText()).replaceAll(" ").strip();
      inside.append(latex.isEmpty() || latex.startsWith("$") ? latex : "$" + latex + "$");
      plain.append(latex);
    } else {
      element.childNodes().forEach(node -> append(node, inside, plain));
    }
    marked.append(marked(tag, inside.toString())).append(apart);
    plain.append(apart);
  }

  private static String marked(String tag, String inside) {
    return switch (tag) {
      case "b", "strong" -> around("**", inside, "**");
      case "i", "em" -> around("*", inside, "*");
      case "sub", "sup" -> around("<" + tag + ">", inside, "</" + tag + ">");
      default -> inside;
    };
  }

  /** Marks stand at the words: those with a space inside of them mark nothing. */
  private static String around(String open, String inside, String close) {
    String words = inside.strip();
    if (words.isEmpty()) {
      return inside;
    }
    int start = inside.indexOf(words);
    return inside.substring(0, start)
        + open
        + words
        + close
        + inside.substring(start + words.length());
  }

  private static String escaped(String text) {
    return MARK.matcher(text).replaceAll("\\\\$0");
  }

  private static String escapedStart(String line) {
    Matcher start = LINE_START.matcher(line);
    return start.find() ? start.group(1) + "\\" + line.substring(start.end(1)) : line;
  }

  private static String tidy(StringBuilder text) {
    String single = SPACES.matcher(text).replaceAll(" ");
    return BREAKS.matcher(single.strip()).replaceAll(BREAK).replaceAll("^\u2028|\u2028$", "");
  }
}
