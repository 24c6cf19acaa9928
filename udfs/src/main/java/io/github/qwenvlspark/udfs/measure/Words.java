package io.github.qwenvlspark.udfs.measure;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The words of a text: runs of letters and digits; of scripts that are written without blanks each
 * character. Punctuation is no word.
 */
final class Words {
  private static final Set<UnicodeScript> WITHOUT_BLANKS =
      Set.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR);

  private Words() {}

  static List<String> of(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              boolean alone = WITHOUT_BLANKS.contains(UnicodeScript.of(point));
              if (alone || !Character.isLetterOrDigit(point)) {
                end(word, words);
              }
              if (alone) {
                words.add(Character.toString(point));
              } else if (Character.isLetterOrDigit(point)) {
                word.appendCodePoint(point);
              }
            });
    end(word, words);
    return words;
  }

  private static void end(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }
}
