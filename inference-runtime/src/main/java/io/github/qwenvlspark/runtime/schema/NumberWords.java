package io.github.qwenvlspark.runtime.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Numbers of bounded length, and exactly those within bounds. Bounded numbers are written without
 * exponent.
 */
final class NumberWords {
  /** Most digits behind the point. */
  static final int MOST_DECIMALS = 15;

  private static final int MOST_INTEGER_DIGITS = 18;
  private static final int MOST_DIGITS = 15;
  private static final int MOST_EXPONENT_DIGITS = 2;

  private final Languages languages;
  private final Between digits;
  private final Language digit;

  NumberWords(Languages languages) {
    this.languages = languages;
    this.digits = new Between(languages, '0', '9');
    this.digit = languages.oneOf(ByteSet.range('0', '9'));
  }

  /**
   * A bound of a number.
   *
   * @param excluded whether the bound itself is outside
   */
  record Bound(BigDecimal value, boolean excluded) {}

  /** Any number that a double holds: up to 15 digits, 15 behind the point, two of exponent. */
  Language any() {
    Language whole =
        languages.choice(
            List.of(
                languages.text("0"),
                languages.sequence(
                    languages.oneOf(ByteSet.range('1', '9')),
                    languages.repeat(digit, 0, MOST_DIGITS - 1))));
    return languages.sequence(
        languages.optional(languages.text("-")),
        whole,
        languages.optional(
            languages.sequence(languages.text("."), languages.repeat(digit, 1, MOST_DECIMALS))),
        languages.optional(
            languages.sequence(
                oneOf('e', 'E'),
                languages.optional(oneOf('+', '-')),
                languages.repeat(digit, 1, MOST_EXPONENT_DIGITS))));
  }

  private Language oneOf(char a, char b) {
    return languages.oneOf(ByteSet.of(a).or(ByteSet.of(b)));
  }

  /** Numbers of up to {@code decimals} digits behind the point within bounds; maybe none. */
  Language between(Optional<Bound> low, Optional<Bound> high, int decimals) {
    BigDecimal unit = BigDecimal.ONE.movePointLeft(decimals);
    int whole = decimals == 0 ? MOST_INTEGER_DIGITS : MOST_DIGITS;
    BigDecimal most = BigDecimal.ONE.movePointRight(whole).subtract(unit);
    BigDecimal least =
        low.map(bound -> first(bound, unit, decimals)).orElse(most.negate()).max(most.negate());
    BigDecimal last = high.map(bound -> last(bound, unit, decimals)).orElse(most).min(most);
    List<Language> parts = new ArrayList<>();
    if (least.signum() < 0 && least.compareTo(last) <= 0) {
      BigDecimal from = last.negate().max(unit); // there is no -0
      parts.add(languages.sequence(languages.text("-"), positive(from, least.negate(), decimals)));
    }
    if (last.signum() >= 0 && least.compareTo(last) <= 0) {
      parts.add(positive(least.max(BigDecimal.ZERO), last, decimals));
    }
    return languages.choice(parts);
  }

  private static BigDecimal first(Bound bound, BigDecimal unit, int decimals) {
    BigDecimal first = bound.value().setScale(decimals, RoundingMode.CEILING);
    return bound.excluded() && first.compareTo(bound.value()) == 0 ? first.add(unit) : first;
  }

  private static BigDecimal last(Bound bound, BigDecimal unit, int decimals) {
    BigDecimal last = bound.value().setScale(decimals, RoundingMode.FLOOR);
    return bound.excluded() && last.compareTo(bound.value()) == 0 ? last.subtract(unit) : last;
  }

  /** From {@code low} to {@code high}, both at least 0 and whole multiples of the last decimal. */
  private Language positive(BigDecimal low, BigDecimal high, int decimals) {
    BigInteger first = low.toBigInteger();
    BigInteger last = high.toBigInteger();
    String from = decimals(low, decimals);
    String to = decimals(high, decimals);
    if (first.equals(last)) {
      return languages.sequence(whole(first, last), fraction(between(from, to, 0)));
    }
    return languages.choice(
        List.of(
            languages.sequence(whole(first, first), fraction(atLeast(from, 0))),
            languages.sequence(
                whole(first.add(BigInteger.ONE), last.subtract(BigInteger.ONE)),
                fraction(any(decimals))),
            languages.sequence(whole(last, last), fraction(atMost(to, 0)))));
  }

  private static String decimals(BigDecimal number, int decimals) {
    String text = number.setScale(decimals, RoundingMode.UNNECESSARY).toPlainString();
    return text.substring(text.length() - decimals);
  }

  private Language whole(BigInteger first, BigInteger last) {
    if (first.compareTo(last) > 0) {
      return languages.nothing();
    }
    byte[] low = first.toString().getBytes(StandardCharsets.US_ASCII);
    byte[] high = last.toString().getBytes(StandardCharsets.US_ASCII);
    if (low.length == high.length) {
      return digits.words(low, high);
    }
    return languages.choice(
        List.of(
            digits.words(low, "9".repeat(low.length).getBytes(StandardCharsets.US_ASCII)),
            high.length - low.length == 1
                ? languages.nothing()
                : languages.sequence(
                    languages.oneOf(ByteSet.range('1', '9')),
                    languages.repeat(digit, low.length, high.length - 2)),
            digits.words(
                ("1" + "0".repeat(high.length - 1)).getBytes(StandardCharsets.US_ASCII), high)));
  }

  /** A point before the digits, unless there are none. */
  private Language fraction(Language decimals) {
    List<Language> parts = new ArrayList<>();
    for (char first = '0'; first <= '9'; first++) {
      parts.add(
          languages.sequence(languages.oneOf(ByteSet.of(first)), languages.after(decimals, first)));
    }
    Language some = languages.sequence(languages.text("."), languages.choice(parts));
    return decimals.acceptsEmpty() ? languages.optional(some) : some;
  }

  private Language any(int length) {
    return languages.repeat(digit, 0, length);
  }

  private Language between(String low, String high, int at) {
    if (at == low.length()) {
      return languages.empty();
    }
    char first = low.charAt(at);
    char last = high.charAt(at);
    Language whole = isZero(low, at) ? languages.empty() : languages.nothing();
    if (first == last) {
      return languages.choice(List.of(whole, then(first, last, between(low, high, at + 1))));
    }
    return languages.choice(
        List.of(
            whole,
            then(first, first, atLeast(low, at + 1)),
            then(first + 1, last - 1, any(low.length() - at - 1)),
            then(last, last, atMost(high, at + 1))));
  }

  private Language atLeast(String low, int at) {
    return isZero(low, at)
        ? any(low.length() - at)
        : languages.choice(
            List.of(
                then(low.charAt(at), low.charAt(at), atLeast(low, at + 1)),
                then(low.charAt(at) + 1, '9', any(low.length() - at - 1))));
  }

  private Language atMost(String high, int at) {
    return at == high.length()
        ? languages.empty()
        : languages.choice(
            List.of(
                languages.empty(),
                then(high.charAt(at), high.charAt(at), atMost(high, at + 1)),
                then('0', high.charAt(at) - 1, any(high.length() - at - 1))));
  }

  private static boolean isZero(String digits, int from) {
    return digits.chars().skip(from).allMatch(digit -> digit == '0');
  }

  private Language then(int first, int last, Language rest) {
    return languages.sequence(languages.oneOf(ByteSet.range(first, last)), rest);
  }
}
