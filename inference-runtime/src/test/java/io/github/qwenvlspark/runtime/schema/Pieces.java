package io.github.qwenvlspark.runtime.schema;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Vocabularies for tests: every byte, then pieces of JSON and of characters; id 0 ends. */
final class Pieces {
  static final int END = 0;

  private static final String[] JSON = {
    "{\"",
    "\":",
    "\": \"",
    "\",",
    "\", \"",
    "\"},",
    "\"}",
    "}}",
    "}]",
    "]}",
    "\"]",
    "[\"",
    "[[",
    "[]",
    "{}",
    ",\n",
    "\n  ",
    "\n    ",
    "{\n  \"",
    "  ",
    " {",
    " [",
    ": ",
    ", ",
    "tru",
    "true",
    "false",
    "null",
    "ull",
    "00",
    "-1",
    ".5",
    "e1",
    "E+",
    "12",
    "345",
    "\\u00",
    "\\ud83d",
    "\\ude00",
    "\\n",
    "\\\"",
    "\\\\",
    "20",
    "26-",
    "-0",
    "-02-",
    "T1",
    "Z\"",
    "name",
    "total",
    "price",
    "\u00e9",
    "\u4e2d\u6587",
    "\ud83d\ude00",
    "abc",
    "aaaaaaaa",
    "                ",
    "\"a",
    "b\":",
    "a\":"
  };

  private Pieces() {}

  /** Ids 1 to 256 are the bytes; {@code count} more are JSON, halves of characters, and noise. */
  static List<byte[]> vocabulary(int count, long seed) {
    Random random = new Random(seed);
    Set<String> pieces = new LinkedHashSet<>(List.of(JSON)); // as Latin-1, a character for a byte
    Set<String> latin = new LinkedHashSet<>();
    pieces.forEach(
        piece ->
            latin.add(
                new String(piece.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)));
    List<String> seeds = new ArrayList<>(latin);
    while (latin.size() < count) {
      String a = seeds.get(random.nextInt(seeds.size()));
      String b = seeds.get(random.nextInt(seeds.size()));
      String both =
          a.substring(random.nextInt(a.length())) + b.substring(0, 1 + random.nextInt(b.length()));
      latin.add(random.nextInt(4) > 0 ? both : both + (char) random.nextInt(256));
    }
    List<byte[]> tokens = new ArrayList<>();
    tokens.add(new byte[0]);
    for (int value = 0; value < 256; value++) {
      tokens.add(new byte[] {(byte) value});
    }
    latin.stream()
        .filter(piece -> piece.length() > 1)
        .forEach(piece -> tokens.add(piece.getBytes(StandardCharsets.ISO_8859_1)));
    tokens.add(new byte[0]); // a special token that ends nothing
    return tokens;
  }

  static TokenTrie trie(int count, long seed) {
    return new TokenTrie(vocabulary(count, seed), Set.of(END));
  }
}
