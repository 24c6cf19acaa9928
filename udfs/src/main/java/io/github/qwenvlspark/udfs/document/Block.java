package io.github.qwenvlspark.udfs.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One block of a page. */
sealed interface Block {
  String markdown();

  String text();

  /** {@code level} 1 to 6. */
  record Heading(int level, Words words) implements Block {
    @Override
    public String markdown() {
      return "#".repeat(level) + " " + words.line();
    }

    @Override
    public String text() {
      return words.text();
    }
  }

  /** Text that runs on. */
  record Paragraph(Words words) implements Block {
    @Override
    public String markdown() {
      return words.lines();
    }

    @Override
    public String text() {
      return words.text();
    }
  }

  /** The words under a picture or over a table, set off by their slant. */
  record Caption(Words words) implements Block {
    @Override
    public String markdown() {
      return words.slanted();
    }

    @Override
    public String text() {
      return words.text();
    }
  }

  /** LaTeX, shown on lines of its own. */
  record Formula(String latex) implements Block {
    private static final List<String> MARKS = List.of("$", "\\[", "\\(", "\\begin{equation");

    @Override
    public String markdown() {
      return MARKS.stream().anyMatch(latex::startsWith) ? latex : "$$\n" + latex + "\n$$";
    }

    @Override
    public String text() {
      return latex;
    }
  }

  /** Text whose lines and spaces count: code, or the notation of a formula or of music. */
  record Preformatted(String lines) implements Block {
    /** The fence is longer than any inside. */
    @Override
    public String markdown() {
      String fence = "```";
      while (lines.contains(fence)) {
        fence += "`";
      }
      return fence + "\n" + lines + "\n" + fence;
    }

    @Override
    public String text() {
      return lines;
    }
  }

  /** Items of a list, each of which is a page of its own; numbered from {@code first}. */
  record Items(boolean numbered, int first, List<List<Block>> items) implements Block {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public String markdown() {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < items.size(); i++) {
        String mark = numbered ? String.format(Locale.ROOT, "%d. ", (long) first + i) : "- ";
        String inset = "\n" + " ".repeat(mark.length());
        lines.add(mark + item(items.get(i)).replaceAll("\n(?!\n)", inset));
      }
      return String.join("\n", lines);
    }

    /** A list inside of an item follows close behind, so that the list around it stays tight. */
    private static String item(List<Block> blocks) {
      StringBuilder item = new StringBuilder();
      for (Block block : blocks) {
        if (!item.isEmpty()) {
          item.append(block instanceof Items ? "\n" : "\n\n");
        }
        item.append(block.markdown());
      }
      return item.toString();
    }

    @Override
    public String text() {
      return String.join("\n", items.stream().flatMap(List::stream).map(Block::text).toList());
    }
  }

  /** Rows of cells; the first row is the head, since Markdown has no table without one. */
  record Table(CellGrid cells) implements Block {
    @Override
    public String markdown() {
      List<String> lines = new ArrayList<>();
      for (List<Words> row : cells.rows()) {
        lines.add("| " + String.join(" | ", row.stream().map(Words::cell).toList()) + " |");
        if (lines.size() == 1) {
          lines.add("|" + " --- |".repeat(row.size()));
        }
      }
      return String.join("\n", lines);
    }

    @Override
    public String text() {
      return String.join(
          "\n",
          cells.once().stream()
              .map(row -> String.join("\t", row.stream().map(Words::textLine).toList()))
              .toList());
    }
  }
}
