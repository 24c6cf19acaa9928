package io.github.qwenvlspark.pipeline.etl;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.qwenvlspark.pipeline.etl.FieldType.Choice;
import io.github.qwenvlspark.pipeline.etl.FieldType.Day;
import io.github.qwenvlspark.pipeline.etl.FieldType.Exact;
import io.github.qwenvlspark.pipeline.etl.FieldType.Field;
import io.github.qwenvlspark.pipeline.etl.FieldType.Group;
import io.github.qwenvlspark.pipeline.etl.FieldType.Items;
import io.github.qwenvlspark.pipeline.etl.FieldType.Moment;
import io.github.qwenvlspark.pipeline.etl.FieldType.Real;
import io.github.qwenvlspark.pipeline.etl.FieldType.Text;
import io.github.qwenvlspark.pipeline.etl.FieldType.Truth;
import io.github.qwenvlspark.pipeline.etl.FieldType.Whole;
import io.github.qwenvlspark.runtime.schema.ExactNumbers;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.spark.sql.RowFactory;

/**
 * Turns the values of an answer into those of columns. What a type cannot hold for certain becomes
 * null and a {@link Problem}; what is missing, null or blank becomes null alone. Thread-safe.
 */
public final class TypedValues {
  private static final JsonMapper JSON =
      JsonMapper.builder(new ExactNumbers(new JsonFactoryBuilder()))
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** Digits of a decimal at most, and of a number that is written out at all. */
  private static final int MOST_DIGITS = 38;

  private final NumberText numbers;
  private final DateText dates;

  public TypedValues(Conventions conventions) {
    this.numbers = new NumberText(conventions.decimals());
    this.dates = new DateText(conventions);
  }

  /**
   * The values of the column {@code json} of results, in the order of {@code fields}.
   *
   * @param problems takes what could not be read
   */
  public Object[] read(String json, List<Field> fields, Consumer<Problem> problems) {
    try {
      return read(JSON.readTree(json), fields, "", problems);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The column json of results holds something else", e);
    }
  }

  /**
   * The values of {@code object}, in the order of {@code fields}; texts of {@code prefix} before
   * names.
   */
  private Object[] read(
      JsonNode object, List<Field> fields, String prefix, Consumer<Problem> problems) {
    return fields.stream()
        .map(f -> value(object.path(f.name()), f.type(), prefix + f.name(), problems))
        .toArray();
  }

  private Object value(JsonNode value, FieldType type, String path, Consumer<Problem> problems) {
    if (value.isMissingNode() || value.isNull() || isBlank(value, type)) {
      return null;
    }
    try {
      if (type instanceof Items items) {
        return items(value, items, path, problems);
      }
      if (type instanceof Group group) {
        requireForm(value.isObject(), "not a group of fields");
        return RowFactory.create(read(value, group.fields(), path + ".", problems));
      }
      requireForm(value.isValueNode(), "several values where one is expected");
      return single(value, type);
    } catch (UntypableException e) {
      problems.accept(
          new Problem(path, value.isTextual() ? value.asText() : value.toString(), e.getMessage()));
      return null;
    }
  }

  /** A text may be blank; any other value is then missing. */
  private static boolean isBlank(JsonNode value, FieldType type) {
    return value.isTextual() && !(type instanceof Text) && value.asText().isBlank();
  }

  private Object[] items(JsonNode value, Items items, String path, Consumer<Problem> problems) {
    requireForm(value.isArray(), "not a list");
    Object[] elements = new Object[value.size()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = value(value.get(i), items.element(), "%s[%d]".formatted(path, i), problems);
    }
    return elements;
  }

  private Object single(JsonNode value, FieldType type) {
    if (type instanceof Text) {
      return value.asText();
    }
    if (type instanceof Choice choice) {
      return choice(value.asText(), choice);
    }
    if (type instanceof Whole whole) {
      return whole(number(value), whole);
    }
    if (type instanceof Exact exact) {
      return exact(number(value), exact);
    }
    if (type instanceof Real) {
      return real(number(value));
    }
    if (type instanceof Truth) {
      return truth(value);
    }
    requireForm(value.isTextual(), "not a date");
    if (type instanceof Day) {
      return Date.valueOf(dates.read(value.asText()));
    }
    if (type instanceof Moment) {
      return moment(value.asText().strip());
    }
    throw new IllegalStateException("No values of " + type);
  }

  /** Numbers of JSON are certain; numbers in texts may be written in many ways. */
  private BigDecimal number(JsonNode value) {
    requireForm(value.isNumber() || value.isTextual(), "not a number");
    BigDecimal number = value.isNumber() ? value.decimalValue() : numbers.read(value.asText());
    // Before anything is written out: 1e999999999 is a short text and a long number.
    if (Math.abs((long) number.precision() - number.scale()) > MOST_DIGITS * 10L) {
      throw new UntypableException("out of range");
    }
    return number;
  }

  private static String choice(String text, Choice choice) {
    if (choice.values().contains(text)) {
      return text;
    }
    List<String> alike =
        choice.values().stream().filter(v -> v.equalsIgnoreCase(text.strip())).toList();
    requireForm(alike.size() == 1, "none of the values of this field");
    return alike.get(0);
  }

  private static Object whole(BigDecimal number, Whole whole) {
    try {
      return whole.bits() == Integer.SIZE
          ? (Object) number.intValueExact()
          : (Object) number.longValueExact();
    } catch (ArithmeticException e) {
      throw new UntypableException("not a whole number of %d bits".formatted(whole.bits()));
    }
  }

  private static BigDecimal exact(BigDecimal number, Exact exact) {
    BigDecimal stripped = number.stripTrailingZeros();
    requireForm(
        stripped.scale() <= exact.scale(), "more decimals than %d".formatted(exact.scale()));
    requireForm(
        stripped.precision() - stripped.scale() <= exact.precision() - exact.scale(),
        "more digits than %d before the decimals".formatted(exact.precision() - exact.scale()));
    return stripped.setScale(exact.scale());
  }

  private static Double real(BigDecimal number) {
    double real = number.doubleValue();
    requireForm(Double.isFinite(real), "out of range");
    return real;
  }

  private static Boolean truth(JsonNode value) {
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    return switch (value.asText().strip().toLowerCase(Locale.ROOT)) {
      case "true", "yes" -> true;
      case "false", "no" -> false;
      default -> throw new UntypableException("neither true or yes, nor false or no");
    };
  }

  /** ISO 8601 with an offset; without one it could be a point of any time zone. */
  private static Timestamp moment(String text) {
    String iso = text.replaceFirst(" ", "T");
    try {
      return Timestamp.from(OffsetDateTime.parse(iso).toInstant());
    } catch (DateTimeException e) {
      throw new UntypableException(
          isLocal(iso)
              ? "a time without its time zone"
              : "not a date and time of ISO 8601, such as 2026-03-14T09:30:00Z");
    }
  }

  private static boolean isLocal(String iso) {
    try {
      return LocalDateTime.parse(iso) != null;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static void requireForm(boolean held, String reason) {
    if (!held) {
      throw new UntypableException(reason);
    }
  }
}
