package io.github.qwenvlspark.runtime.schema;

import java.util.ArrayList;
import java.util.List;

/**
 * Words between two words of the same length in the order of their bytes: numbers of so many
 * digits, characters of so many bytes. All bytes but the first are from {@code least} to {@code
 * most}.
 */
record Between(Languages languages, int least, int most) {
  /** {@code low} to {@code high}, both included. */
  Language words(byte[] low, byte[] high) {
    return words(low, high, 0);
  }

  private Language words(byte[] low, byte[] high, int at) {
    if (at == low.length) {
      return languages.empty();
    }
    int first = low[at] & 0xff;
    int last = high[at] & 0xff;
    if (first == last) {
      return then(first, first, words(low, high, at + 1));
    }
    List<Language> parts = new ArrayList<>();
    parts.add(then(first, first, atLeast(low, at + 1)));
    parts.add(then(first + 1, last - 1, any(low.length - at - 1)));
    parts.add(then(last, last, atMost(high, at + 1)));
    return languages.choice(parts);
  }

  private Language atLeast(byte[] low, int at) {
    if (at == low.length) {
      return languages.empty();
    }
    int first = low[at] & 0xff;
    return languages.choice(
        List.of(
            then(first, first, atLeast(low, at + 1)),
            then(first + 1, most, any(low.length - at - 1))));
  }

  private Language atMost(byte[] high, int at) {
    if (at == high.length) {
      return languages.empty();
    }
    int last = high[at] & 0xff;
    return languages.choice(
        List.of(
            then(last, last, atMost(high, at + 1)),
            then(least, last - 1, any(high.length - at - 1))));
  }

  private Language any(int length) {
    return languages.repeat(languages.oneOf(ByteSet.range(least, most)), length, length);
  }

  private Language then(int first, int last, Language rest) {
    return languages.sequence(languages.oneOf(ByteSet.range(first, last)), rest);
  }
}
