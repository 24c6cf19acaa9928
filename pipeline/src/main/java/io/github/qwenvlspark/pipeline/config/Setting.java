package io.github.qwenvlspark.pipeline.config;

import io.github.qwenvlspark.runtime.Device;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One setting: key, type, default, bound and sentence. Immutable.
 *
 * @param expected what a value must look like, for error messages
 */
public record Setting<T>(
    String key,
    String defaultText,
    String expected,
    Function<String, T> parser,
    Predicate<T> bound,
    String doc) {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kmgt]?)b?");
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})\\s*(ms|s|min|h)");

  static Setting<String> text(String key, String defaultText) {
    return new Setting<>(key, defaultText, "text", text -> text, text -> true, "");
  }

  /** Words separated by commas; none if empty. */
  static Setting<List<String>> words(String key, String defaultText) {
    return new Setting<>(
        key,
        defaultText,
        "words separated by commas",
        text -> Stream.of(text.split(",")).map(String::strip).filter(w -> !w.isEmpty()).toList(),
        words -> true,
        "");
  }

  /** Any text, which is shown to nobody. */
  static Setting<Secret> secret(String key) {
    return new Setting<>(key, "", "text", Secret::new, secret -> true, "");
  }

  static Setting<Integer> integer(String key, int defaultValue) {
    return new Setting<>(
        key, Integer.toString(defaultValue), "a whole number", Integer::valueOf, n -> true, "");
  }

  /** A number of bytes such as {@code 64m}; k, m, g and t are powers of 1024. */
  static Setting<Long> bytes(String key, String defaultText) {
    return new Setting<>(
        key, defaultText, "a size such as 64m or 1g", Setting::parseBytes, n -> true, "");
  }

  /** A length of time such as {@code 10min}; ms, s, min and h. */
  static Setting<Duration> duration(String key, String defaultText) {
    return new Setting<>(
        key, defaultText, "a time such as 90s or 10min", Setting::parseDuration, d -> true, "");
  }

  static Setting<Long> count(String key, long defaultValue) {
    return new Setting<>(
        key, Long.toString(defaultValue), "a whole number", Long::valueOf, n -> true, "");
  }

  static <E extends Number & Comparable<E>> Setting<E> atLeast(E least, Setting<E> setting) {
    return new Setting<>(
        setting.key,
        setting.defaultText,
        setting.expected + " of at least " + least,
        setting.parser,
        value -> value.compareTo(least) >= 0,
        setting.doc);
  }

  static Setting<Boolean> flag(String key, boolean defaultValue) {
    return new Setting<>(
        key, Boolean.toString(defaultValue), "true or false", Setting::parseFlag, on -> true, "");
  }

  static Setting<Device> device(String key, String defaultText) {
    return new Setting<>(
        key, defaultText, "cpu, cuda or cuda:n", Device::parse, device -> true, "");
  }

  /** One of {@code choices}, each by its names; the first name of the first one is the default. */
  static <E> Setting<E> choice(String key, Map<String, E> choices) {
    return new Setting<>(
        key,
        choices.keySet().iterator().next(),
        String.join(" or ", choices.keySet()),
        choices::get,
        Objects::nonNull,
        "");
  }

  Setting<T> oneOf(String... values) {
    return new Setting<>(
        key,
        defaultText,
        String.join(" or ", values),
        parser,
        value -> List.of(values).contains(value.toString()),
        doc);
  }

  /** The same, for values of which {@code required} holds. */
  Setting<T> where(String whatIsExpected, Predicate<T> required) {
    return new Setting<>(key, defaultText, whatIsExpected, parser, required, doc);
  }

  Setting<T> doc(String sentence) {
    return new Setting<>(key, defaultText, expected, parser, bound, sentence);
  }

  /** The value of {@code text}. */
  T parse(String text) {
    T value = parser.apply(text.strip());
    if (!bound.test(value)) {
      throw new IllegalArgumentException(text);
    }
    return value;
  }

  private static Boolean parseFlag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static Duration parseDuration(String text) {
    Matcher time = TIME.matcher(text.toLowerCase(Locale.ROOT));
    if (!time.matches()) {
      throw new IllegalArgumentException(text);
    }
    long number = Long.parseLong(time.group(1));
    Duration duration =
        switch (time.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "min" -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        };
    if (duration.isZero()) {
      throw new IllegalArgumentException(text);
    }
    return duration;
  }

  private static Long parseBytes(String text) {
    Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      throw new IllegalArgumentException(text);
    }
    int power = " kmgt".indexOf(size.group(2).isEmpty() ? " " : size.group(2));
    return Math.multiplyExact(Long.parseLong(size.group(1)), 1L << (10 * power));
  }
}
