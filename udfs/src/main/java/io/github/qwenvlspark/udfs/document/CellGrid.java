package io.github.qwenvlspark.udfs.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The cells of a table in rows of one length. A merged cell stands in every row and column that it
 * covers, so that each row can be read by itself; of a table that would become absurdly large by
 * that, each cell stands once.
 *
 * @param once the cells row by row as they were written, each once
 * @param rows the cells row by row, repeated where they are merged
 */
record CellGrid(List<List<Words>> once, List<List<Words>> rows) {
  private static final int MOST_CELLS = 100_000;
  private static final Words NOTHING = Words.of(List.of());

  /** A cell that covers so many rows and columns. */
  record Cell(Words words, int rows, int columns) {}

  static CellGrid of(List<List<Cell>> written) {
    List<List<Words>> once =
        written.stream().map(row -> row.stream().map(Cell::words).toList()).toList();
    List<List<Words>> spread = spread(written);
    return new CellGrid(once, level(spread.isEmpty() ? once : spread));
  }

  boolean isEmpty() {
    return once.stream().flatMap(List::stream).allMatch(Words::isEmpty);
  }

  /** Empty if it would hold more than {@link #MOST_CELLS}. */
  private static List<List<Words>> spread(List<List<Cell>> written) {
    List<Map<Integer, Words>> rows = new ArrayList<>();
    written.forEach(row -> rows.add(new TreeMap<>()));
    long filled = 0;
    for (int r = 0; r < written.size(); r++) {
      int column = 0;
      for (Cell cell : written.get(r)) {
        while (rows.get(r).containsKey(column)) {
          column++;
        }
        int last = Math.min(rows.size(), r + cell.rows());
        filled += (long) (last - r) * cell.columns();
        if (filled > MOST_CELLS) {
          return List.of();
        }
        for (int below = r; below < last; below++) {
          for (int beside = column; beside < column + cell.columns(); beside++) {
            rows.get(below).putIfAbsent(beside, cell.words());
          }
        }
      }
    }
    return rows.stream().map(CellGrid::dense).toList();
  }

  private static List<Words> dense(Map<Integer, Words> row) {
    List<Words> cells = new ArrayList<>();
    row.forEach(
        (column, words) -> {
          while (cells.size() < column) {
            cells.add(NOTHING);
          }
          cells.add(words);
        });
    return cells;
  }

  /** All rows as long as the longest. */
  private static List<List<Words>> level(List<List<Words>> rows) {
    int width = rows.stream().mapToInt(List::size).max().orElse(0);
    if ((long) width * rows.size() > MOST_CELLS) {
      return rows; // a row too short is no error in Markdown
    }
    List<List<Words>> level = new ArrayList<>();
    for (List<Words> row : rows) {
      List<Words> cells = new ArrayList<>(row);
      while (cells.size() < width) {
        cells.add(NOTHING);
      }
      level.add(cells);
    }
    return level;
  }
}
