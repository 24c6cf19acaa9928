package io.github.qwenvlspark.pipeline.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.etl.Conventions.DateOrder;
import io.github.qwenvlspark.pipeline.etl.Conventions.DecimalMark;
import java.time.LocalDate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which texts are days for certain, and why the others are not. */
class DateTextTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2026-03-14         | 2026-03-14
          2026/3/4           | 2026-03-04
          2026.03.14         | 2026-03-14
          31/12/2025         | 2025-12-31
          12/31/2025         | 2025-12-31
          14.03.2026         | 2026-03-14
          14. 3. 2026        | 2026-03-14
          05/05/2025         | 2025-05-05
          14 March 2026      | 2026-03-14
          14th of March 2026 | 2026-03-14
          March 14, 2026     | 2026-03-14
          Mar. 14 2026       | 2026-03-14
          14-Mar-2026        | 2026-03-14
          14. März 2026      | 2026-03-14
          1er août 2026      | 2026-08-01
          14 mars 2026       | 2026-03-14
          3 de mayo de 2026  | 2026-05-03
          29.02.2024         | 2024-02-29
          """)
  void certainDaysAreRead(String text, LocalDate day) {
    assertThat(new DateText(Conventions.NONE).read(text)).isEqualTo(day);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          04/05/2025          | ambiguous: day, month and year may stand in several orders
          01.04.2017          | ambiguous: day, month and year may stand in several orders
          06/19/29            | a year of two digits, its century unknown
          14 March 26         | a year of two digits, its century unknown
          31/31/2025          | no such day
          30 February 2026    | no such day
          29.02.2025          | no such day
          14 Brumaire 2026    | not a month's name in a known language
          2026-03-14T10:00:00 | not a date in a known form
          14/03-2026          | not a date in a known form
          20260314            | not a date in a known form
          today               | not a date in a known form
          """)
  void whatMayBeTwoDaysOrNoneIsNotRead(String text, String reason) {
    assertThatThrownBy(() -> new DateText(Conventions.NONE).read(text))
        .isInstanceOf(UntypableException.class)
        .hasMessage(reason);
  }

  @ParameterizedTest(name = "{0} with {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          04/05/2025 | DMY | 2025-05-04
          04/05/2025 | MDY | 2025-04-05
          2025-04-05 | DMY | 2025-04-05
          04/05/25   | DMY | 2025-05-04
          04/05/25   | MDY | 2025-04-05
          04/05/25   | YMD | 2004-05-25
          """)
  void knownConventionsMakeThemCertain(String text, DateOrder order, LocalDate day) {
    Conventions known = new Conventions(order, DecimalMark.UNKNOWN, 2000);

    assertThat(new DateText(known).read(text)).isEqualTo(day);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"31/12/2025, MDY", "12/31/2025, DMY"})
  void aDayThatTheKnownOrderForbidsIsNotRead(String text, DateOrder order) {
    Conventions known = new Conventions(order, DecimalMark.UNKNOWN, Conventions.NO_CENTURY);

    assertThatThrownBy(() -> new DateText(known).read(text)).hasMessage("no such day");
  }
}
