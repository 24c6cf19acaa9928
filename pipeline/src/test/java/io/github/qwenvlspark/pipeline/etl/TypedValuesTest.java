package io.github.qwenvlspark.pipeline.etl;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the values of an answer. */
class TypedValuesTest {
  private final List<Problem> problems = new ArrayList<>();

  private Object[] read(String columns, String answer) {
    return new TypedValues(Conventions.NONE).read(answer, FieldList.parse(columns), problems::add);
  }

  @Test
  void everyTypeTakesItsValues() {
    Object[] row =
        read(
            "a string, b int, c bigint, d double, e decimal(18,2), f boolean, g date, h timestamp",
            """
            {"a": "ALPHA LTD", "b": 7, "c": "1 000 000", "d": "0.5", "e": "$231.8", "f": "Yes",
             "g": "31.12.2025", "h": "2026-03-14 09:30:00+01:00"}
            """);

    assertThat(row)
        .containsExactly(
            "ALPHA LTD",
            7,
            1_000_000L,
            0.5,
            new BigDecimal("231.80"),
            true,
            Date.valueOf("2025-12-31"),
            Timestamp.from(Instant.parse("2026-03-14T08:30:00Z")));
    assertThat(problems).isEmpty();
  }

  @Test
  void whatIsMissingNullOrBlankIsNullAndNoProblem() {
    assertThat(read("a int, b date, c decimal(4,1)", "{\"a\": null, \"c\": \" \"}"))
        .containsOnlyNulls();
    assertThat(problems).isEmpty();
  }

  @Test
  void anUncertainValueIsNullAndStaysBesideItVerbatim() {
    assertThat(read("day date, total decimal(18,2)", "{\"day\": \"04/05/25\", \"total\": 3.5}"))
        .containsExactly(null, new BigDecimal("3.50"));
    assertThat(problems)
        .containsExactly(
            new Problem("day", "04/05/25", "a year of two digits, its century unknown"));
  }

  @Test
  void listsAndGroupsKeepWhatIsGoodAndSayWhereTheRestBelongs() {
    Object[] row =
        read(
            "items array<struct<name string, price decimal(9,2)>>",
            """
            {"items": [{"name": "PAINT", "price": "59.07"}, {"name": "TAPE", "price": "1,234"}]}
            """);

    Object[] items = (Object[]) row[0];
    assertThat(items).extracting(item -> ((Row) item).get(0)).containsExactly("PAINT", "TAPE");
    assertThat(items)
        .extracting(item -> ((Row) item).get(1))
        .containsExactly(new BigDecimal("59.07"), null);
    assertThat(problems).extracting(Problem::field).containsExactly("items[1].price");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          int           | 2147483648           | not a whole number of 32 bits
          bigint        | 1.5                  | not a whole number of 64 bits
          bigint        | 1E+999999999         | out of range
          decimal(18,2) | 12.345               | more decimals than 2
          decimal(4,2)  | 123.4                | more digits than 2 before the decimals
          double        | "1,234"              | ambiguous: the mark may group thousands or begin decimals
          double        | true                 | not a number
          boolean       | "perhaps"            | neither true or yes, nor false or no
          date          | 20260314             | not a date
          timestamp     | "2026-03-14T09:30"   | a time without its time zone
          timestamp     | "noon"               | not a date and time of ISO 8601, such as 2026-03-14T09:30:00Z
          array<string> | "one"                | not a list
          struct<a int> | [1]                  | not a group of fields
          string        | ["a"]                | several values where one is expected
          """)
  void whatATypeCannotHoldHasAReason(String type, String value, String reason) {
    assertThat(read("x " + type, "{\"x\": %s}".formatted(value))).containsOnlyNulls();
    assertThat(problems)
        .containsExactly(
            new Problem("x", value.startsWith("\"") ? value.replace("\"", "") : value, reason));
  }

  @Test
  void numbersOfJsonAreCertain() {
    assertThat(read("a double, b decimal(9,3), c string", "{\"a\": 1.234, \"b\": 1.234, \"c\": 5}"))
        .containsExactly(1.234, new BigDecimal("1.234"), "5");
    assertThat(problems).isEmpty();
  }
}
