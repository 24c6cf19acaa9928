package io.github.qwenvlspark.pipeline.etl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.etl.Conventions.DateOrder;
import io.github.qwenvlspark.pipeline.etl.Conventions.DecimalMark;
import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * However a document writes a value: where the way is known it is read, and where it is not known
 * it is read as what it is, or not at all.
 */
class NeverGuessedPropertyTest {
  private static final int CASES = 2000;
  private static final List<Locale> MONTH_NAMES =
      List.of(Locale.ENGLISH, Locale.GERMAN, Locale.FRENCH, Locale.ITALIAN);

  static LongStream seeds() {
    return LongStream.range(0, 5);
  }

  private static <T> Optional<T> certain(Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (UntypableException e) {
      return Optional.empty();
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aNumberIsReadAsItselfOrNotAtAll(long seed) {
    Random random = new Random(seed);
    NumberText unknown = new NumberText(DecimalMark.UNKNOWN);
    for (int i = 0; i < CASES; i++) {
      DecimalMark mark = random.nextBoolean() ? DecimalMark.POINT : DecimalMark.COMMA;
      int scale = random.nextInt(5);
      BigDecimal number =
          BigDecimal.valueOf(
              random.nextLong(-9_999_999_999L, 9_999_999_999L) >> random.nextInt(30), scale);
      String text = written(number, mark, random);

      assertThat(new NumberText(mark).read(text)).as(text).isEqualByComparingTo(number);
      certain(() -> unknown.read(text))
          .ifPresent(read -> assertThat(read).as(text).isEqualByComparingTo(number));
    }
  }

  private static String written(BigDecimal number, DecimalMark mark, Random random) {
    DecimalFormatSymbols symbols = new DecimalFormatSymbols(Locale.ROOT);
    symbols.setDecimalSeparator(mark == DecimalMark.POINT ? '.' : ',');
    String groups = (mark == DecimalMark.POINT ? "," : ".") + " '\u00a0\u202f";
    symbols.setGroupingSeparator(groups.charAt(random.nextInt(groups.length())));
    DecimalFormat format = new DecimalFormat(random.nextBoolean() ? "#,##0" : "0", symbols);
    format.setMinimumFractionDigits(number.scale());
    format.setMaximumFractionDigits(number.scale());
    String text = format.format(number);
    return switch (random.nextInt(4)) {
      case 0 -> "$" + text;
      case 1 -> text + " EUR";
      case 2 -> " " + text + " ";
      default -> text;
    };
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aDayIsReadAsItselfOrNotAtAll(long seed) {
    Random random = new Random(seed);
    DateText unknown = new DateText(Conventions.NONE);
    DateText ofThisCentury =
        new DateText(new Conventions(DateOrder.UNKNOWN, DecimalMark.UNKNOWN, 2000));
    for (int i = 0; i < CASES; i++) {
      LocalDate day = LocalDate.of(2000, 1, 1).plusDays(random.nextInt(36_500));
      DateOrder order = List.of(DateOrder.DMY, DateOrder.MDY, DateOrder.YMD).get(random.nextInt(3));
      String text = written(day, order, random);

      Conventions known = new Conventions(order, DecimalMark.UNKNOWN, 2000);
      assertThat(new DateText(known).read(text)).as(text).isEqualTo(day);
      for (DateText reader : List.of(unknown, ofThisCentury)) {
        certain(() -> reader.read(text))
            .ifPresent(read -> assertThat(read).as(text).isEqualTo(day));
      }
    }
  }

  private static String written(LocalDate day, DateOrder order, Random random) {
    if (random.nextInt(4) == 0) {
      Locale language = MONTH_NAMES.get(random.nextInt(MONTH_NAMES.size()));
      return day.format(DateTimeFormatter.ofPattern("d MMMM uuuu", language));
    }
    String year = random.nextBoolean() ? "uuuu" : "uu";
    String pattern =
        switch (order) {
          case MDY -> "MM/dd/" + year;
          case YMD -> year + "/MM/dd";
          default -> "dd/MM/" + year;
        };
    String marks = "-/.";
    return day.format(
        DateTimeFormatter.ofPattern(
            pattern.replace('/', marks.charAt(random.nextInt(marks.length())))));
  }
}
