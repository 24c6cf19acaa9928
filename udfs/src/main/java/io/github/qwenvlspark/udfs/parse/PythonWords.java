package io.github.qwenvlspark.udfs.parse;

import java.util.Map;

/** {@code None}, {@code True} and {@code False}, which the cookbooks accept, as JSON has them. */
final class PythonWords {
  private static final Map<String, String> JSON =
      Map.of("None", "null", "True", "true", "False", "false");

  private PythonWords() {}

  /** The text with those words replaced wherever they stand outside of a string. */
  static String toJson(String text) {
    if (JSON.keySet().stream().noneMatch(text::contains)) {
      return text;
    }
    StringBuilder json = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      int end = i + 1;
      if (c == '"' || c == '\'') {
        end = endOfString(text, i);
      } else if (Character.isLetter(c)) {
        end = endOfWord(text, i);
      }
      String piece = text.substring(i, end);
      json.append(JSON.getOrDefault(piece, piece));
      i = end;
    }
    return json.toString();
  }

  private static int endOfString(String text, int open) {
    for (int i = open + 1; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == text.charAt(open)) {
        return i + 1;
      }
    }
    return text.length();
  }

  private static int endOfWord(String text, int start) {
    int end = start;
    while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }
}
