package io.github.qwenvlspark.pipeline.etl;

import io.github.qwenvlspark.pipeline.etl.Conventions.DateOrder;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Days as documents write them. A text is taken in every order it may have; it is a date if that
 * gives one day only: {@code 31/12/2025} is, {@code 05/05/2025} is, {@code 04/05/2025} is not.
 */
final class DateText {
  private static final String MARK = "\\s*(?<mark>[-/.])\\s*";
  private static final String AGAIN = "\\s*\\k<mark>\\s*";
  private static final String ONE_OR_TWO = "([0-9]{1,2})";
  private static final Pattern YEAR_FIRST =
      Pattern.compile("([1-9][0-9]{3})" + MARK + ONE_OR_TWO + AGAIN + ONE_OR_TWO);
  private static final Pattern YEAR_LAST =
      Pattern.compile(ONE_OR_TWO + MARK + ONE_OR_TWO + AGAIN + "([1-9][0-9]{3})");
  private static final Pattern SHORT_YEAR =
      Pattern.compile(ONE_OR_TWO + MARK + ONE_OR_TWO + AGAIN + "([0-9]{2})");
  private static final Pattern DAY_NAME_YEAR =
      Pattern.compile(
          ONE_OR_TWO
              + "(?:\\.|st|nd|rd|th|er)?[\\s-]*(?:of |de )?(\\p{L}{3,})\\.?,?[\\s-]*(?:de )?([1-9][0-9]{3}|[0-9]{2})");
  private static final Pattern NAME_DAY_YEAR =
      Pattern.compile(
          "(\\p{L}{3,})\\.?\\s*" + ONE_OR_TWO + "(?:st|nd|rd|th)?(?:,\\s*|\\s+)([1-9][0-9]{3})");

  private static final Map<String, Integer> MONTHS =
      months(
          List.of(
              Locale.ENGLISH,
              Locale.GERMAN,
              Locale.FRENCH,
              Locale.ITALIAN,
              Locale.forLanguageTag("es"),
              Locale.forLanguageTag("pt"),
              Locale.forLanguageTag("nl")));

  private final Conventions conventions;

  DateText(Conventions conventions) {
    this.conventions = conventions;
  }

  /**
   * The day that a text is for certain.
   *
   * @throws UntypableException if it is none, or may be several
   */
  LocalDate read(String text) {
    String plain = text.strip();
    Matcher found = YEAR_FIRST.matcher(plain);
    if (found.matches()) {
      return only(days(number(found, 1), number(found, 3), number(found, 4)));
    }
    found = YEAR_LAST.matcher(plain);
    if (found.matches()) {
      return only(yearLast(number(found, 1), number(found, 3), number(found, 4)));
    }
    found = SHORT_YEAR.matcher(plain);
    if (found.matches()) {
      return only(shortYear(number(found, 1), number(found, 3), number(found, 4)));
    }
    found = DAY_NAME_YEAR.matcher(plain);
    if (found.matches()) {
      int year = found.group(3).length() == 2 ? year(number(found, 3)) : number(found, 3);
      return only(days(year, month(found.group(2)), number(found, 1)));
    }
    found = NAME_DAY_YEAR.matcher(plain);
    if (found.matches()) {
      return only(days(number(found, 3), month(found.group(1)), number(found, 2)));
    }
    throw new UntypableException("not a date in a known form");
  }

  private Set<LocalDate> yearLast(int first, int second, int year) {
    Set<LocalDate> days = new TreeSet<>();
    if (conventions.dates() != DateOrder.MDY) {
      days.addAll(days(year, second, first));
    }
    if (conventions.dates() != DateOrder.DMY) {
      days.addAll(days(year, first, second));
    }
    return days;
  }

  private Set<LocalDate> shortYear(int first, int second, int third) {
    Set<LocalDate> days = new TreeSet<>();
    if (conventions.dates() != DateOrder.YMD) {
      days.addAll(yearLast(first, second, year(third)));
    }
    if (conventions.dates() == DateOrder.YMD || conventions.dates() == DateOrder.UNKNOWN) {
      days.addAll(days(year(first), second, third));
    }
    return days;
  }

  private int year(int twoDigits) {
    return conventions
        .year(twoDigits)
        .orElseThrow(() -> new UntypableException("a year of two digits, its century unknown"));
  }

  private static int month(String name) {
    Integer month = MONTHS.get(name.toLowerCase(Locale.ROOT));
    if (month == null) {
      throw new UntypableException("not a month's name in a known language");
    }
    return month;
  }

  private static LocalDate only(Set<LocalDate> days) {
    if (days.isEmpty()) {
      throw new UntypableException("no such day");
    }
    if (days.size() > 1) {
      throw new UntypableException("ambiguous: day, month and year may stand in several orders");
    }
    return days.iterator().next();
  }

  /** The day, or none where the calendar has no such day. */
  private static Set<LocalDate> days(int year, int month, int day) {
    try {
      return Set.of(LocalDate.of(year, month, day));
    } catch (DateTimeException e) {
      return Set.of();
    }
  }

  private static int number(Matcher found, int group) {
    return Integer.parseInt(found.group(group));
  }

  /** Names that mean one month in all languages together, without the point of short ones. */
  private static Map<String, Integer> months(List<Locale> languages) {
    Map<String, Integer> months = new HashMap<>();
    Set<String> several = new HashSet<>();
    for (Locale language : languages) {
      for (Month month : Month.values()) {
        for (TextStyle style :
            List.of(
                TextStyle.FULL,
                TextStyle.FULL_STANDALONE,
                TextStyle.SHORT,
                TextStyle.SHORT_STANDALONE)) {
          String name =
              month.getDisplayName(style, language).toLowerCase(Locale.ROOT).replace(".", "");
          Integer other = months.put(name, month.getValue());
          if (other != null && other != month.getValue()) {
            several.add(name);
          }
        }
      }
    }
    months.keySet().removeAll(several);
    return Map.copyOf(months);
  }
}
