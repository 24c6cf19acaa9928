package io.github.qwenvlspark.pipeline.report;

import java.util.List;

/**
 * Figures under a heading.
 *
 * @param rows a text for each column; the first is what the figures are about
 */
public record FigureTable(String title, List<String> columns, List<List<String>> rows) {
  public FigureTable {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }
}
