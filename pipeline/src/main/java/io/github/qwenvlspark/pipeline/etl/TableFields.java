package io.github.qwenvlspark.pipeline.etl;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.qwenvlspark.pipeline.config.AskedFields;
import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.etl.FieldType.Field;
import io.github.qwenvlspark.runtime.schema.ExactNumbers;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.StructField;

/**
 * The fields of a typed table, and how a model answers with them.
 *
 * @param responseSchema JSON Schema of the answers
 */
public record TableFields(List<Field> fields, String responseSchema) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final JsonMapper JSON =
      JsonMapper.builder(new ExactNumbers(new JsonFactoryBuilder()))
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  /** What Delta takes as the name of a column without more ado. */
  private static final Pattern NAME = Pattern.compile("[^ ,;{}()\\n\\t=.`]+");

  /**
   * @throws BadRequestException if a name cannot be a column's, or stands there twice
   */
  public TableFields {
    fields = List.copyOf(fields);
    requireNames(fields);
  }

  /**
   * Fields as {@code --schema} names them: a JSON Schema's file, which then is the form of the
   * answers, or a list of columns, which the model then answers with texts.
   *
   * @throws BadRequestException if they cannot be read, or cannot be columns
   */
  public static TableFields of(String schema) {
    if (schema.strip().toLowerCase(Locale.ROOT).endsWith(".json")) {
      return ofJsonSchema(json(Path.of(schema.strip())));
    }
    List<Field> fields = FieldList.parse(schema);
    return new TableFields(fields, AnswerForm.schema(fields).toString());
  }

  /** Fields of a JSON Schema. */
  static TableFields ofJsonSchema(JsonNode schema) {
    return new TableFields(SchemaFields.of(schema), schema.toString());
  }

  private static JsonNode json(Path file) {
    try {
      return JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new BadRequestException(
          "--schema: %s, line %d: this is no JSON"
              .formatted(file, e.getLocation() == null ? 1 : e.getLocation().getLineNr()),
          e);
    } catch (IOException e) {
      throw new BadRequestException("--schema: cannot read %s".formatted(file), e);
    }
  }

  /** What the task asks for. */
  public AskedFields asked() {
    return new AskedFields(
        fields.stream().map(Field::name).toList(),
        AnswerForm.template(fields).toString(),
        responseSchema);
  }

  private static void requireNames(List<Field> fields) {
    Set<String> taken = new HashSet<>();
    for (StructField column : TypedTable.schema(List.of()).fields()) {
      taken.add(column.name());
    }
    for (Field field : fields) {
      requireName(field.name(), taken);
      requireNamesWithin(field.type());
    }
  }

  private static void requireNamesWithin(FieldType type) {
    if (type instanceof FieldType.Items items) {
      requireNamesWithin(items.element());
    } else if (type instanceof FieldType.Group group) {
      Set<String> taken = new HashSet<>();
      for (Field field : group.fields()) {
        requireName(field.name(), taken);
        requireNamesWithin(field.type());
      }
    }
  }

  private static void requireName(String name, Set<String> taken) {
    if (!NAME.matcher(name).matches()) {
      throw new BadRequestException(
          "--schema: \"%s\" cannot be a column: a name has no blanks and none of ,;{}()=.`"
              .formatted(name));
    }
    if (!taken.add(name.toLowerCase(Locale.ROOT))) {
      throw new BadRequestException(
          "--schema: the table has another column %s already".formatted(name));
    }
  }
}
