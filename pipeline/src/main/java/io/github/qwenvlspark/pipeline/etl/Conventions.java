package io.github.qwenvlspark.pipeline.etl;

import java.io.Serializable;
import java.util.OptionalInt;

/**
 * What is known of how the documents write dates and numbers. What is not known stays open: a value
 * that can then be read in two ways is not read at all.
 *
 * @param dates order of day, month and year
 * @param decimals the mark before decimals
 * @param century first year of the century that years of two digits belong to, such as 2000
 */
public record Conventions(DateOrder dates, DecimalMark decimals, int century)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** {@link #century} where it is not known. */
  public static final int NO_CENTURY = -1;

  /** Nothing is known. */
  public static final Conventions NONE =
      new Conventions(DateOrder.UNKNOWN, DecimalMark.UNKNOWN, NO_CENTURY);

  /** Order of the parts of a date in digits. */
  public enum DateOrder {
    UNKNOWN,
    DMY,
    MDY,
    YMD
  }

  /** What stands before decimals; the other one groups thousands. */
  public enum DecimalMark {
    UNKNOWN,
    POINT,
    COMMA;

    /** Whether this may be the mark, for all that is known. */
    boolean mayBe(String mark) {
      return this == UNKNOWN || (this == POINT) == mark.equals(".");
    }
  }

  /** The year that two digits stand for, if the century is known. */
  OptionalInt year(int twoDigits) {
    return century == NO_CENTURY ? OptionalInt.empty() : OptionalInt.of(century + twoDigits);
  }
}
