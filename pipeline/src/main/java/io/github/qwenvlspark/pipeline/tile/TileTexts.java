package io.github.qwenvlspark.pipeline.tile;

import io.github.qwenvlspark.udfs.measure.EditDistance;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One text of the texts of tiles, in reading order. Lines that a tile and the one above it both
 * read are said once; a line that the edge between them cuts is taken from the tile that shows all
 * of it. Lines that a column's edge cuts stay in pieces.
 */
final class TileTexts {
  /** More lines than an overlap holds. */
  private static final int MOST_LINES = 32;

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
    List<Read> tiles = texts.stream().map(Read::new).toList();
    for (int i = columns; i < tiles.size(); i++) {
      sayOnce(tiles.get(i - columns), tiles.get(i));
    }
    return tiles.stream().flatMap(Read::said).collect(Collectors.joining("\n"));
  }

  /** What one tile read, and the stretch of it that is said. */
  private static final class Read {
    private final List<Line> lines;
    private int start;
    private int end;

    Read(String text) {
      lines = text.strip().lines().map(Line::of).toList();
      end = lines.size();
    }

    Stream<String> said() {
      return lines.subList(Math.min(start, end), end).stream().map(Line::said);
    }
  }

  /** A line as it was said, and without what stands in its tags and its spaces. */
  private record Line(String said, String plain) {
    static Line of(String said) {
      String plain = ATTRIBUTES.matcher(said).replaceAll("$1");
      return new Line(said, SPACE.matcher(plain).replaceAll(" ").strip());
    }

    /** Whether both are readings of the same line. */
    boolean isLike(Line other) {
      int errors = Math.max(plain.length(), other.plain.length()) / LETTERS_FOR_AN_ERROR;
      return plain.equals(other.plain)
          || (Math.abs(plain.length() - other.plain.length()) <= errors
              && EditDistance.of(plain, other.plain) <= errors);
    }

    /** Whether at least three of ten letters are right. */
    boolean resembles(Line other) {
      int longer = Math.max(plain.length(), other.plain.length());
      return 10 * EditDistance.of(plain, other.plain) <= 7 * longer;
    }
  }

  /** Looks for the longest stretch that both read, with the fewest lines that only one reads. */
  private static void sayOnce(Read above, Read below) {
    for (int count = Math.min(MOST_LINES, Math.min(above.lines.size(), below.lines.size()));
        count > 0;
        count--) {
      for (int cut = 0; cut <= 2 * MOST_CUT; cut++) {
        for (int cutAbove = Math.max(0, cut - MOST_CUT);
            cutAbove <= Math.min(cut, MOST_CUT);
            cutAbove++) {
          Seam seam = new Seam(above.lines, below.lines, count, cutAbove, cut - cutAbove);
          if (seam.holds()) {
            above.end -= cutAbove;
            below.start = cut - cutAbove + count;
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
  private record Seam(List<Line> above, List<Line> below, int count, int cutAbove, int cutBelow) {

    boolean holds() {
      int from = above.size() - cutAbove - count;
      if (from < 0 || cutBelow + count > below.size()) {
        return false;
      }
      int letters = 0;
      for (int i = 0; i < count; i++) {
        Line line = above.get(from + i);
        if (!line.isLike(below.get(cutBelow + i))) {
          return false;
        }
        letters += line.plain().length();
      }
      return letters >= LEAST_LETTERS && spoiltAbove(from) && spoiltBelow(from);
    }

    /** What the edge cuts through may read as anything; lines beside it still resemble the line. */
    private boolean spoiltAbove(int from) {
      for (int i = 0; i < cutAbove - 1; i++) {
        int other = cutBelow + count + i;
        if (other >= below.size() || !above.get(from + count + i).resembles(below.get(other))) {
          return false;
        }
      }
      return true;
    }

    private boolean spoiltBelow(int from) {
      for (int i = 1; i < cutBelow; i++) {
        int other = from - i;
        if (other < 0 || !below.get(cutBelow - i).resembles(above.get(other))) {
          return false;
        }
      }
      return true;
    }
  }
}
