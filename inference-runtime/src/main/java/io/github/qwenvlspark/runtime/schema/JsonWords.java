package io.github.qwenvlspark.runtime.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The words of JSON. Between parts stands what models write: nothing, a space, or a new line with
 * spaces; behind a colon nothing or a space; elsewhere nothing.
 */
final class JsonWords {
  private static final int MOST_INDENT = 64;
  private static final CodePoints ESCAPED = CodePoints.range(0, 0x1f).or(CodePoints.of("\"\\"));
  private static final String SHORT_ESCAPES = "\"\\\b\f\n\r\t";
  private static final String SHORT_ESCAPE_LETTERS = "\"\\bfnrt";
  private static final int[] LAST_OF_LENGTH = {0x7f, 0x7ff, 0xffff, 0x10ffff};

  private final Languages languages;
  private final Between continuation;
  private final Language gap;
  private final Language character;

  JsonWords(Languages languages) {
    this.languages = languages;
    this.continuation = new Between(languages, 0x80, 0xbf);
    Language space = languages.text(" ");
    this.gap =
        languages.choice(
            List.of(
                languages.empty(),
                space,
                languages.sequence(languages.text("\n"), languages.repeat(space, 0, MOST_INDENT))));
    this.character = anyCharacter();
  }

  /** What may stand between two parts. */
  Language gap() {
    return gap;
  }

  /** A member of an object; {@code value} follows its name. */
  Language member(String name, Language value) {
    return languages.sequence(
        text(name), languages.text(":"), languages.optional(languages.text(" ")), value);
  }

  /** A text in its plainest form: escaped where JSON demands it. */
  Language text(String text) {
    Language all = languages.empty();
    int[] points = text.codePoints().toArray();
    for (int i = points.length - 1; i >= 0; i--) {
      Language character =
          ESCAPED.contains(points[i])
              ? characters(CodePoints.range(points[i], points[i]))
              : languages.text(Character.toString(points[i]));
      all = languages.sequence(character, all);
    }
    return quoted(all);
  }

  Language quoted(Language content) {
    return languages.sequence(languages.text("\""), content, languages.text("\""));
  }

  /** Any one character inside a text, plain or escaped. */
  Language character() {
    return character;
  }

  private Language anyCharacter() {
    Language hex = languages.oneOf(hex("0123456789abcdefABCDEF"));
    Language high = languages.sequence(languages.oneOf(hex("dD")), languages.oneOf(hex("89abAB")));
    Language low = languages.sequence(languages.oneOf(hex("dD")), languages.oneOf(hex("cdefCDEF")));
    Language noSurrogate =
        languages.choice(
            List.of(
                languages.sequence(languages.oneOf(hex("0123456789abcefABCEF")), hex),
                languages.sequence(languages.oneOf(hex("dD")), languages.oneOf(hex("01234567")))));
    Language unit =
        languages.choice(
            List.of(
                languages.sequence(noSurrogate, hex, hex),
                languages.sequence(high, hex, hex, languages.text("\\u"), low, hex, hex)));
    Language escape =
        languages.sequence(
            languages.text("\\"),
            languages.choice(
                List.of(
                    languages.oneOf(hex("\"\\/bfnrt")),
                    languages.sequence(languages.text("u"), unit))));
    return languages.choice(List.of(utf8(CodePoints.ALL.without(ESCAPED)), escape));
  }

  private static ByteSet hex(String characters) {
    ByteSet set = ByteSet.NONE;
    for (byte value : characters.getBytes(StandardCharsets.US_ASCII)) {
      set = set.or(ByteSet.of(value));
    }
    return set;
  }

  /** One character of a set inside a text, in its plainest form. */
  Language characters(CodePoints set) {
    List<Language> forms = new ArrayList<>();
    forms.add(utf8(set.without(ESCAPED)));
    for (int point = 0; point <= '\\'; point++) {
      if (ESCAPED.contains(point) && set.contains(point)) {
        int known = SHORT_ESCAPES.indexOf(point);
        forms.add(
            languages.text(
                known < 0
                    ? "\\u%04x".formatted(point)
                    : "\\" + SHORT_ESCAPE_LETTERS.charAt(known)));
      }
    }
    return languages.choice(forms);
  }

  private Language utf8(CodePoints set) {
    List<Language> stretches = new ArrayList<>();
    set.forEachStretch(
        (first, last) -> {
          int low = first;
          for (int end : LAST_OF_LENGTH) {
            if (low <= Math.min(last, end)) {
              stretches.add(continuation.words(bytes(low), bytes(Math.min(last, end))));
              low = end + 1;
            }
          }
        });
    return languages.choice(stretches);
  }

  private static byte[] bytes(int point) {
    return Character.toString(point).getBytes(StandardCharsets.UTF_8);
  }

  /** {@code open}, parts, {@code close}, with gaps where there are parts. */
  Language enclosed(String open, Language parts, Language none, String close) {
    return languages.sequence(
        languages.text(open),
        languages.choice(List.of(none, languages.sequence(gap, parts))),
        gap,
        languages.text(close));
  }

  /** A comma before a part. */
  Language comma() {
    return languages.sequence(languages.text(","), gap);
  }

  /** One value and no other, its members in the order in which they are written there. */
  Language value(JsonNode value) {
    if (value.isTextual()) {
      return text(value.textValue());
    }
    if (value.isObject()) {
      List<Language> members = new ArrayList<>();
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        members.add(member(member.getKey(), value(member.getValue())));
      }
      return enclosed("{", members, "}");
    }
    if (value.isArray()) {
      List<Language> items = new ArrayList<>();
      value.forEach(item -> items.add(value(item)));
      return enclosed("[", items, "]");
    }
    return languages.text(value.toString());
  }

  private Language enclosed(String open, List<Language> parts, String close) {
    if (parts.isEmpty()) {
      return enclosed(open, languages.nothing(), languages.empty(), close);
    }
    Language all = languages.empty();
    for (int i = parts.size() - 1; i >= 0; i--) {
      all = languages.sequence(i == 0 ? languages.empty() : comma(), parts.get(i), all);
    }
    return enclosed(open, all, languages.nothing(), close);
  }
}
