package io.github.qwenvlspark.runtime.schema;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the regular part of ECMA-262 patterns: characters, classes, groups, alternatives and
 * counts, anchors at the ends. Where dialects differ about a class, only what all of them accept is
 * ever written.
 */
final class PatternReader {
  private static final int MOST_DEPTH = 32;
  private static final int MOST_LENGTH = 2_000;
  private static final String NARROW_SPACE = " \t\n\u000b\f\r";
  private static final CodePoints SPACE = CodePoints.of(NARROW_SPACE);
  private static final CodePoints ANY_SPACE =
      SPACE
          .or(CodePoints.of("\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"))
          .or(CodePoints.range(0x2000, 0x200a));
  private static final CodePoints DIGIT = CodePoints.range('0', '9');
  private static final CodePoints WORD =
      DIGIT.or(CodePoints.range('a', 'z')).or(CodePoints.range('A', 'Z')).or(CodePoints.of("_"));
  private static final CodePoints NO_LINE_END =
      CodePoints.of("\n\r\u0085\u2028\u2029").complement();

  /** What is wrong with a pattern. */
  static final class PatternException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PatternException(String message) {
      super(message);
    }
  }

  /** Characters that belong to a class in every dialect, and those that do in any. */
  private record Escape(CodePoints narrow, CodePoints wide) {}

  private final String pattern;
  private final Languages languages;
  private final JsonWords words;
  private int at;

  private PatternReader(String pattern, Languages languages, JsonWords words) {
    this.pattern = pattern;
    this.languages = languages;
    this.words = words;
  }

  /**
   * Content of texts, within their quotes, in which {@code pattern} is found.
   *
   * @throws PatternException if it is no pattern, or goes beyond regular languages
   */
  static Language read(String pattern, Languages languages, JsonWords words) {
    if (pattern.length() > MOST_LENGTH) {
      throw new PatternException("it is longer than %,d characters".formatted(MOST_LENGTH));
    }
    PatternReader reader = new PatternReader(pattern, languages, words);
    List<Language> branches = new ArrayList<>();
    do {
      branches.add(reader.branch());
    } while (reader.skip('|'));
    if (reader.at < pattern.length()) {
      throw reader.problem("unbalanced )");
    }
    return languages.choice(branches);
  }

  /** An alternative of the whole pattern: what is not anchored may stand anywhere. */
  private Language branch() {
    Language anything = languages.repeat(words.character(), 0, Languages.UNBOUNDED);
    Language before = skip('^') ? languages.empty() : anything;
    Language found = terms(0);
    Language behind = skip('$') ? languages.empty() : anything;
    if (at < pattern.length() && peek() != '|' && peek() != ')') {
      throw problem("an anchor inside the pattern is not supported");
    }
    return languages.sequence(before, found, behind);
  }

  private Language alternatives(int depth) {
    if (depth > MOST_DEPTH) {
      throw problem("groups are nested deeper than " + MOST_DEPTH);
    }
    List<Language> branches = new ArrayList<>();
    do {
      branches.add(terms(depth));
    } while (skip('|'));
    return languages.choice(branches);
  }

  private Language terms(int depth) {
    List<Language> terms = new ArrayList<>();
    while (at < pattern.length() && peek() != '|' && peek() != ')' && peek() != '$') {
      terms.add(counted(atom(depth)));
    }
    return languages.sequence(terms.toArray(Language[]::new));
  }

  private Language atom(int depth) {
    int point = next();
    return switch (point) {
      case '(' -> group(depth);
      case '[' -> characters(bracket());
      case '.' -> characters(NO_LINE_END);
      case '\\' -> characters(escape().narrow());
      case '^' -> throw problem("an anchor inside the pattern is not supported");
      case '*', '+', '?', '{', '}', ']' ->
          throw problem("%c has nothing to repeat or close; write \\%c".formatted(point, point));
      default -> characters(CodePoints.range(point, point));
    };
  }

  private Language characters(CodePoints set) {
    if (set.isEmpty()) {
      throw problem("a class has no characters");
    }
    return words.characters(set);
  }

  private Language group(int depth) {
    if (skip('?') && !skip(':')) {
      throw problem("only plain groups ( ) and (?: ) are supported");
    }
    Language group = alternatives(depth + 1);
    if (at < pattern.length() && peek() == '$') {
      throw problem("an anchor inside the pattern is not supported");
    }
    if (!skip(')')) {
      throw problem("a group is not closed");
    }
    return group;
  }

  private Language counted(Language atom) {
    if (at == pattern.length()) {
      return atom;
    }
    Language counted =
        switch (peek()) {
          case '*' -> count(atom, 0, Languages.UNBOUNDED);
          case '+' -> count(atom, 1, Languages.UNBOUNDED);
          case '?' -> count(atom, 0, 1);
          case '{' -> braces(atom);
          default -> atom;
        };
    if (counted != atom && skip('+')) {
      throw problem("possessive counts are not supported");
    }
    if (counted != atom) {
      boolean unused = skip('?'); // lazy or not, the texts are the same
    }
    return counted;
  }

  private Language count(Language atom, int least, int most) {
    at++;
    return languages.repeat(atom, least, most);
  }

  private Language braces(Language atom) {
    int close = pattern.indexOf('}', at);
    String[] counts = close < 0 ? new String[0] : pattern.substring(at + 1, close).split(",", -1);
    boolean sound =
        (counts.length == 1 || counts.length == 2)
            && counts[0].matches("\\d{1,9}")
            && (counts.length == 1 || counts[1].matches("\\d{0,9}"));
    if (!sound) {
      throw problem("a count is {n}, {n,} or {n,m}");
    }
    at = close;
    int least = Integer.parseInt(counts[0]);
    int most =
        counts.length == 1
            ? least
            : counts[1].isEmpty() ? Languages.UNBOUNDED : Integer.parseInt(counts[1]);
    if (most < least) {
      throw problem("a count runs backwards");
    }
    return count(atom, least, most);
  }

  private CodePoints bracket() {
    boolean negated = skip('^');
    CodePoints narrow = CodePoints.NONE;
    CodePoints wide = CodePoints.NONE;
    while (true) {
      if (at == pattern.length()) {
        throw problem("a class is not closed");
      }
      if (skip(']')) {
        return negated ? wide.complement() : narrow;
      }
      Escape first = member();
      if (at + 1 < pattern.length() && peek() == '-' && pattern.charAt(at + 1) != ']') {
        at++;
        int low = single(first);
        int high = single(member());
        if (high < low) {
          throw problem("a range runs backwards");
        }
        first = both(CodePoints.range(low, high));
      }
      narrow = narrow.or(first.narrow());
      wide = wide.or(first.wide());
    }
  }

  private int single(Escape member) {
    List<Integer> members = new ArrayList<>();
    member
        .narrow()
        .forEachStretch(
            (first, last) -> {
              members.add(first);
              members.add(last);
            });
    if (members.size() != 2 || !members.get(0).equals(members.get(1))) {
      throw problem("a range ends with a class");
    }
    return members.get(0);
  }

  private Escape member() {
    int point = next();
    if (point == '[' || (point == '&' && at < pattern.length() && peek() == '&')) {
      throw problem(
          "%c inside a class has other meanings elsewhere; write \\%c".formatted(point, point));
    }
    return point == '\\' ? escape() : both(CodePoints.range(point, point));
  }

  private static Escape both(CodePoints set) {
    return new Escape(set, set);
  }

  /** Behind a backslash. */
  private Escape escape() {
    int point = next();
    return switch (point) {
      case 'd' -> both(DIGIT);
      case 'D' -> both(DIGIT.complement());
      case 'w' -> both(WORD);
      case 'W' -> both(WORD.complement());
      case 's' -> new Escape(SPACE, ANY_SPACE);
      case 'S' -> new Escape(ANY_SPACE.complement(), SPACE.complement());
      case 't' -> both(CodePoints.of("\t"));
      case 'n' -> both(CodePoints.of("\n"));
      case 'r' -> both(CodePoints.of("\r"));
      case 'f' -> both(CodePoints.of("\f"));
      case 'x' -> both(hex(2));
      case 'u' -> both(hex(4));
      default -> {
        if (point > 0x7f || Character.isLetterOrDigit(point)) {
          throw problem("\\%s is not supported".formatted(Character.toString(point)));
        }
        yield both(CodePoints.range(point, point));
      }
    };
  }

  private CodePoints hex(int length) {
    String digits = pattern.substring(at, Math.min(pattern.length(), at + length));
    if (!digits.matches("[0-9a-fA-F]{%d}".formatted(length))) {
      throw problem("%d hex digits are needed".formatted(length));
    }
    at += length;
    int point = Integer.parseInt(digits, 16);
    if (Character.isSurrogate((char) point)) {
      throw problem("half a character is not supported; write the character itself");
    }
    return CodePoints.range(point, point);
  }

  private int next() {
    if (at == pattern.length()) {
      throw problem("it ends too early");
    }
    int point = pattern.codePointAt(at);
    at += Character.charCount(point);
    return point;
  }

  private char peek() {
    return pattern.charAt(at);
  }

  private boolean skip(char wanted) {
    boolean found = at < pattern.length() && peek() == wanted;
    at += found ? 1 : 0;
    return found;
  }

  private PatternException problem(String what) {
    return new PatternException("at character %d: %s".formatted(at, what));
  }
}
