package io.github.qwenvlspark.pipeline.etl;

import io.github.qwenvlspark.pipeline.etl.Conventions.DecimalMark;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Numbers as documents write them: with a sign before or behind, a currency, thousands in groups.
 * {@code 1,234} and {@code 1.234} are read only where the decimal mark is known.
 */
final class NumberText {
  private static final int LONGEST = 64;
  private static final Set<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .map(Currency::getCurrencyCode)
          .collect(Collectors.toUnmodifiableSet());

  private static final Pattern SPACES = Pattern.compile("[\\s\\u00a0\\u2007\\u2009\\u202f]+");
  private static final Pattern MINUS = Pattern.compile("[\\u2010-\\u2013\\u2212]");
  private static final String MONEY = "[A-Z]{0,2}\\p{Sc}|[A-Z]{3}";
  private static final Pattern AMOUNT =
      Pattern.compile(
          "(?<first>[+-])? ?(?<before>%s)? ?(?<second>[+-])? ?(?<number>[0-9.,](?:[0-9.,'’ ]*[0-9])?) ?(?<third>-)? ?(?<behind>%s)?"
              .formatted(MONEY, MONEY));

  /** Groups of three by a mark that is never a decimal mark, or none. */
  private static final Pattern PLAIN =
      Pattern.compile(
          "(?<whole>[0-9]+|[1-9][0-9]{0,2}(?<mark>[ '’])[0-9]{3}(?:\\k<mark>[0-9]{3})*)");

  private static final Pattern SPACED =
      Pattern.compile(
          "(?<whole>[1-9][0-9]{0,2}(?<mark>[ '’])[0-9]{3}(?:\\k<mark>[0-9]{3})*)(?<point>[.,])(?<decimals>[0-9]+)");
  private static final Pattern GROUPED =
      Pattern.compile(
          "(?<whole>[1-9][0-9]{0,2}(?<mark>[.,])[0-9]{3}(?:\\k<mark>[0-9]{3})*)(?!\\k<mark>)(?<point>[.,])(?<decimals>[0-9]+)");
  private static final Pattern MANY_GROUPS =
      Pattern.compile("(?<whole>[1-9][0-9]{0,2}(?<mark>[.,])[0-9]{3}(?:\\k<mark>[0-9]{3})+)");
  private static final Pattern ONE_MARK =
      Pattern.compile("(?<whole>[0-9]*)(?<point>[.,])(?<decimals>[0-9]+)");
  private static final Pattern ONE_GROUP = Pattern.compile("[1-9][0-9]{0,2}[.,][0-9]{3}");

  private final DecimalMark decimals;

  NumberText(DecimalMark decimals) {
    this.decimals = decimals;
  }

  /**
   * The number that a text is for certain.
   *
   * @throws UntypableException if it is none, or may be two
   */
  BigDecimal read(String text) {
    String plain = MINUS.matcher(SPACES.matcher(text).replaceAll(" ").strip()).replaceAll("-");
    if (plain.endsWith("%")) {
      throw new UntypableException("a percentage, which may stand for itself or a hundredth");
    }
    Matcher amount = AMOUNT.matcher(plain);
    if (plain.length() > LONGEST
        || !amount.matches()
        || !isMoney(amount.group("before"))
        || !isMoney(amount.group("behind"))) {
      throw new UntypableException("not a number");
    }
    BigDecimal number = new BigDecimal(digits(amount.group("number")));
    return negative(amount) ? number.negate() : number;
  }

  private static boolean isMoney(String word) {
    return word == null || !word.matches("[A-Z]{3}") || CURRENCIES.contains(word);
  }

  private static boolean negative(Matcher amount) {
    int signs = 0;
    boolean negative = false;
    for (String place : new String[] {"first", "second", "third"}) {
      String sign = amount.group(place);
      if (sign != null) {
        signs++;
        negative = sign.equals("-");
      }
    }
    if (signs > 1) {
      throw new UntypableException("a number with several signs");
    }
    return negative;
  }

  /** As {@link BigDecimal} reads it. */
  private String digits(String number) {
    Matcher plain = PLAIN.matcher(number);
    if (plain.matches()) {
      return ungrouped(plain.group("whole"));
    }
    for (Pattern form : new Pattern[] {SPACED, GROUPED}) {
      Matcher found = form.matcher(number);
      if (found.matches()) {
        return withDecimals(found);
      }
    }
    Matcher groups = MANY_GROUPS.matcher(number);
    if (groups.matches()) {
      requireMark(groups.group("mark").equals(",") ? "." : ",");
      return ungrouped(groups.group("whole"));
    }
    Matcher one = ONE_MARK.matcher(number);
    if (!one.matches()) {
      throw new UntypableException("not a number in a known form");
    }
    if (!ONE_GROUP.matcher(number).matches()) {
      return withDecimals(one);
    }
    if (decimals == DecimalMark.UNKNOWN) {
      throw new UntypableException("ambiguous: the mark may group thousands or begin decimals");
    }
    return decimals.mayBe(one.group("point")) ? withDecimals(one) : ungrouped(number);
  }

  private String withDecimals(Matcher found) {
    requireMark(found.group("point"));
    return ungrouped(found.group("whole")) + "." + found.group("decimals");
  }

  private void requireMark(String point) {
    if (!decimals.mayBe(point)) {
      throw new UntypableException("another decimal mark than these documents are said to use");
    }
  }

  private static String ungrouped(String whole) {
    return whole.replaceAll("[^0-9]", "");
  }
}
