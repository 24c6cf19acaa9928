package io.github.qwenvlspark.pipeline.tile;

import io.github.qwenvlspark.udfs.measure.EditDistance;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One text of the texts of tiles, in reading order. Lines that a tile and the one above it both
 * read are said once; a line that the edge between them cuts is taken from the tile that shows all
 * of it. Lines that a column's edge cuts stay in pieces.
 */
final class TileTexts {
  /** More lines than an overlap holds. */
  private static final int MOST_LINES = 64;

  /** Fewer letters than this may be alike by chance. */
  private static final int LEAST_LETTERS = 3;

  /** Two readings of a line may differ by every eighth letter. */
  private static final int LETTERS_FOR_AN_ERROR = 8;

  /** Lines in which an edge may be felt. */
  private static final int MOST_CUT = 4;

  private static final Pattern ATTRIBUTES = Pattern.compile("(<\\w+)\\s[^>]*");
  private static final Pattern SPACE = Pattern.compile("\\s+");

  private TileTexts() {}

  /** The texts, one for each tile in reading order. */
  static String join(List<String> texts, int columns) {
    List<List<String>> tiles = new ArrayList<>();
    for (String text : texts) {
      tiles.add(new ArrayList<>(text.strip().lines().toList()));
    }
    for (int i = columns; i < tiles.size(); i++) {
      sayOnce(tiles.get(i - columns), tiles.get(i));
    }
    return tiles.stream()
        .filter(lines -> !lines.isEmpty())
        .map(lines -> String.join("\n", lines))
        .collect(Collectors.joining("\n"));
  }

  /** Looks for the longest stretch that both read, with the fewest lines that only one reads. */
  private static void sayOnce(List<String> above, List<String> below) {
    for (int count = Math.min(MOST_LINES, Math.min(above.size(), below.size()));
        count > 0;
        count--) {
      for (int cut = 0; cut <= 2 * MOST_CUT; cut++) {
        for (int cutAbove = Math.max(0, cut - MOST_CUT);
            cutAbove <= Math.min(cut, MOST_CUT);
            cutAbove++) {
          Seam seam = new Seam(above, below, count, cutAbove, cut - cutAbove);
          if (seam.holds()) {
            seam.close();
            return;
          }
        }
      }
    }
  }

  /**
   * How the end of one text and the beginning of the next may be the same lines.
   *
   * @param count lines that both read alike
   * @param cutAbove lines behind them which the upper tile's edge spoils
   * @param cutBelow lines before them which the lower tile's edge spoils
   */
  private record Seam(
      List<String> above, List<String> below, int count, int cutAbove, int cutBelow) {

    boolean holds() {
      int from = above.size() - cutAbove - count;
      if (from < 0 || cutBelow + count > below.size()) {
        return false;
      }
      int letters = 0;
      for (int i = 0; i < count; i++) {
        String line = plain(above.get(from + i));
        if (!alike(line, plain(below.get(cutBelow + i)))) {
          return false;
        }
        letters += line.length();
      }
      return letters >= LEAST_LETTERS && spoiltAbove(from) && spoiltBelow(from);
    }

    /** What the edge cuts through may read as anything; lines beside it still resemble the line. */
    private boolean spoiltAbove(int from) {
      for (int i = 0; i < cutAbove - 1; i++) {
        int other = cutBelow + count + i;
        if (other >= below.size() || !resemble(above.get(from + count + i), below.get(other))) {
          return false;
        }
      }
      return true;
    }

    private boolean spoiltBelow(int from) {
      for (int i = 1; i < cutBelow; i++) {
        int other = from - i;
        if (other < 0 || !resemble(below.get(cutBelow - i), above.get(other))) {
          return false;
        }
      }
      return true;
    }

    void close() {
      above.subList(above.size() - cutAbove, above.size()).clear();
      below.subList(0, cutBelow + count).clear();
    }
  }

  private static String plain(String line) {
    return SPACE.matcher(ATTRIBUTES.matcher(line).replaceAll("$1")).replaceAll(" ").strip();
  }

  /** Whether two texts are readings of the same one. */
  static boolean alike(String a, String b) {
    int longer = Math.max(a.length(), b.length());
    int errors = longer / LETTERS_FOR_AN_ERROR;
    return a.equals(b)
        || (Math.abs(a.length() - b.length()) <= errors && EditDistance.of(a, b) <= errors);
  }

  /** Whether at least three of ten letters are right. */
  private static boolean resemble(String a, String b) {
    return 10 * EditDistance.of(plain(a), plain(b)) <= 7 * Math.max(a.length(), b.length());
  }
}
