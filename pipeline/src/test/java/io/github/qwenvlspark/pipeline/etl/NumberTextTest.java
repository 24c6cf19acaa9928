package io.github.qwenvlspark.pipeline.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.etl.Conventions.DecimalMark;
import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which texts are numbers for certain, and why the others are not. */
class NumberTextTest {
  private static BigDecimal read(String text, DecimalMark mark) {
    return new NumberText(mark).read(text);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      textBlock =
          """
          0               | 0
          231.84          | 231.84
          231,84          | 231.84
          $231.84         | 231.84
          € 12,50         | 12.50
          12,50 €         | 12.50
          12.50 EUR       | 12.50
          USD 1,234.56    | 1234.56
          US$ 5           | 5
          1.234,56        | 1234.56
          1 234,56        | 1234.56
          1'234.56        | 1234.56
          1’234’567       | 1234567
          1,234,567       | 1234567
          1.234.567       | 1234567
          1 234.567       | 1234.567
          12 000          | 12000
          0.125           | 0.125
          .5              | 0.5
          1234.567        | 1234.567
          12,5            | 12.5
          -12.50          | -12.50
          −12.50          | -12.50
          -$12.50         | -12.50
          $-12.50         | -12.50
          12.50-          | -12.50
          +3              | 3
          007             | 7
          """)
  void certainNumbersAreRead(String text, BigDecimal number) {
    assertThat(read(text, DecimalMark.UNKNOWN)).isEqualByComparingTo(number);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1,234           | ambiguous: the mark may group thousands or begin decimals
          $ 1.234         | ambiguous: the mark may group thousands or begin decimals
          19 %            | a percentage, which may stand for itself or a hundredth
          12,34,567.89    | not a number in a known form
          1.2.3           | not a number in a known form
          1,23,4          | not a number in a known form
          0,123.45        | not a number in a known form
          1.234.56        | not a number in a known form
          twelve          | not a number
          12 apples       | not a number
          12 ABC          | not a number
          1e5             | not a number
          (12.50)         | not a number
          -12-            | a number with several signs
          --12            | a number with several signs
          12.50 / 13.50   | not a number
          """)
  void whatMayBeTwoNumbersOrNoneIsNotRead(String text, String reason) {
    assertThatThrownBy(() -> read(text, DecimalMark.UNKNOWN))
        .isInstanceOf(UntypableException.class)
        .hasMessage(reason);
  }

  @ParameterizedTest(name = "{0} with {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1,234    | POINT | 1234
          1.234    | POINT | 1.234
          1,234    | COMMA | 1.234
          1.234    | COMMA | 1234
          1.234,56 | COMMA | 1234.56
          """)
  void aKnownDecimalMarkMakesThemCertain(String text, DecimalMark mark, BigDecimal number) {
    assertThat(read(text, mark)).isEqualByComparingTo(number);
  }

  @ParameterizedTest(name = "{0} with {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1.234,56  | POINT
          12,5      | POINT
          1,234,567 | COMMA
          12.50     | COMMA
          """)
  void anotherMarkThanTheDocumentsUseIsNotRead(String text, DecimalMark mark) {
    assertThatThrownBy(() -> read(text, mark))
        .hasMessage("another decimal mark than these documents are said to use");
  }
}
