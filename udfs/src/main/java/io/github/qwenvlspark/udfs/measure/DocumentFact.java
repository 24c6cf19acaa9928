package io.github.qwenvlspark.udfs.measure;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;

/**
 * Something that must hold of a page that was read: easier to write down than all of its text, and
 * nothing in it depends on how a page is laid out.
 */
public sealed interface DocumentFact {
  /**
   * Whether it holds.
   *
   * @param text of the page, in reading order
   * @param html of the page; empty where the answer is no parsed page
   */
  boolean holds(String text, String html, Normalization normalization);

  /**
   * A fact of JSON: {@code {"present": text}}, {@code {"absent": text}}, {@code {"order": [texts]}}
   * or {@code {"cell": {"row": text, "column": text, "value": text}}}.
   *
   * @return empty if it is none of these
   */
  static Optional<DocumentFact> of(JsonNode fact) {
    if (fact.path("present").isTextual()) {
      return Optional.of(new Present(fact.path("present").asText()));
    }
    if (fact.path("absent").isTextual()) {
      return Optional.of(new Absent(fact.path("absent").asText()));
    }
    if (fact.path("order").isArray()) {
      List<String> texts = new ArrayList<>();
      fact.path("order").forEach(text -> texts.add(text.asText()));
      return Optional.of(new Order(texts));
    }
    JsonNode cell = fact.path("cell");
    return cell.path("value").isTextual() && (cell.has("row") || cell.has("column"))
        ? Optional.of(
            new Cell(
                cell.path("row").asText(),
                cell.path("column").asText(),
                cell.path("value").asText()))
        : Optional.empty();
  }

  /** A text stands on the page. */
  record Present(String text) implements DocumentFact {
    @Override
    public boolean holds(String page, String html, Normalization normalization) {
      return normalization.apply(page).contains(normalization.apply(text));
    }
  }

  /** A text, such as a header or a watermark, does not. */
  record Absent(String text) implements DocumentFact {
    @Override
    public boolean holds(String page, String html, Normalization normalization) {
      return !normalization.apply(page).contains(normalization.apply(text));
    }
  }

  /** Texts stand on the page one behind the other. */
  record Order(List<String> texts) implements DocumentFact {
    public Order {
      texts = List.copyOf(texts);
    }

    @Override
    public boolean holds(String page, String html, Normalization normalization) {
      String read = normalization.apply(page);
      int from = 0;
      for (String text : texts) {
        String wanted = normalization.apply(text);
        int at = read.indexOf(wanted, from);
        if (at < 0) {
          return false;
        }
        from = at + wanted.length();
      }
      return true;
    }
  }

  /**
   * A table has {@code value} in the row in which {@code row} stands, below {@code column}; either
   * may be empty. A cell over several columns counts for each of them.
   */
  record Cell(String row, String column, String value) implements DocumentFact {
    private static final int MOST_COLUMNS = 1000;

    @Override
    public boolean holds(String page, String html, Normalization normalization) {
      return Jsoup.parse(html).select("table").stream()
          .anyMatch(table -> holds(table, normalization));
    }

    private boolean holds(Element table, Normalization normalization) {
      List<List<String>> rows =
          table.select("tr").stream().map(tr -> cells(tr, normalization)).toList();
      String wantedRow = normalization.apply(row);
      String wantedColumn = normalization.apply(column);
      String wanted = normalization.apply(value);
      for (int r = 0; r < rows.size(); r++) {
        List<String> cells = rows.get(r);
        if (row.isEmpty() || cells.contains(wantedRow)) {
          for (int c = 0; c < cells.size(); c++) {
            if (cells.get(c).equals(wanted)
                && (column.isEmpty() || stands(rows.subList(0, r), c, wantedColumn))) {
              return true;
            }
          }
        }
      }
      return false;
    }

    private static boolean stands(List<List<String>> above, int column, String text) {
      return above.stream().anyMatch(row -> column < row.size() && row.get(column).equals(text));
    }

    private static List<String> cells(Element tr, Normalization normalization) {
      List<String> cells = new ArrayList<>();
      for (Element cell : tr.select("> td, > th")) {
        int columns = cell.attr("colspan").matches("[1-9]\\d{0,2}") ? columns(cell) : 1;
        for (int i = 0; i < columns && cells.size() < MOST_COLUMNS; i++) {
          cells.add(normalization.apply(cell.text()));
        }
      }
      return cells;
    }

    private static int columns(Element cell) {
      return Integer.parseInt(cell.attr("colspan"));
    }
  }
}
