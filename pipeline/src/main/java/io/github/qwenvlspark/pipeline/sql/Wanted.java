package io.github.qwenvlspark.pipeline.sql;

import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.config.Tasks;
import io.github.qwenvlspark.pipeline.etl.Conventions;
import io.github.qwenvlspark.pipeline.etl.TableFields;
import io.github.qwenvlspark.pipeline.etl.TypedValues;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What a function asks of a document, and what it makes of the answers. Immutable. */
sealed interface Wanted extends Serializable {
  /** Name of the task that is asked. */
  String task();

  /** The task as this function asks it. */
  default Task taskOf(Tasks tasks, String model) {
    return tasks.get(task(), model);
  }

  /** Type of the value. */
  DataType type();

  /**
   * The value.
   *
   * @param parts rows of {@link ResultsTable#ANSWERS}, one for each part of the document, in their
   *     order; at least one
   * @return of an external type of Spark's, or null
   */
  Object value(List<Row> parts);

  /** The text of all parts, an empty line between them; null if one of them has no answer. */
  record Text(String task) implements Wanted {
    private static final long serialVersionUID = 1L;

    @Override
    public DataType type() {
      return DataTypes.StringType;
    }

    @Override
    public Object value(List<Row> parts) {
      return AnswerRow.allOk(parts)
          ? parts.stream()
              .map(part -> AnswerRow.text(part, "text"))
              .collect(Collectors.joining("\n\n"))
          : null;
    }
  }

  /** The blocks of all pages in reading order; null if one of the pages has no answer. */
  record Elements(String task) implements Wanted {
    private static final long serialVersionUID = 1L;

    private static final StructType ELEMENT =
        new StructType()
            .add("page", DataTypes.IntegerType)
            .add("type", DataTypes.StringType)
            .add("text", DataTypes.StringType)
            .add("bbox", DataTypes.createArrayType(DataTypes.IntegerType))
            .add("html", DataTypes.StringType);

    @Override
    public DataType type() {
      return DataTypes.createArrayType(ELEMENT);
    }

    @Override
    public Object value(List<Row> parts) {
      return AnswerRow.allOk(parts)
          ? parts.stream().flatMap(Elements::elements).toArray(Row[]::new)
          : null;
    }

    private static Stream<Row> elements(Row part) {
      return Stream.of((Object[]) part.get(AnswerRow.column("elements")))
          .map(Row.class::cast)
          .map(
              element ->
                  RowFactory.create(
                      AnswerRow.page(part),
                      element.get(0),
                      element.get(1),
                      element.get(2),
                      element.get(4)));
    }
  }

  /**
   * Key information as typed columns. Of several pages each field has the value of the first page
   * that names one; a value that its type cannot hold is null. Null if one of the pages has no
   * answer.
   */
  record Fields(String task, TableFields fields) implements Wanted {
    private static final long serialVersionUID = 1L;

    @Override
    public Task taskOf(Tasks tasks, String model) {
      return tasks.get(task, model).asking(fields.asked());
    }

    @Override
    public DataType type() {
      StructType type = new StructType();
      for (var field : fields.fields()) {
        type = type.add(field.name(), field.type().sparkType());
      }
      return type;
    }

    @Override
    public Object value(List<Row> parts) {
      if (!AnswerRow.allOk(parts)) {
        return null;
      }
      TypedValues values = new TypedValues(Conventions.NONE);
      List<Object[]> pages =
          parts.stream()
              .map(
                  part -> values.read(AnswerRow.text(part, "json"), fields.fields(), problem -> {}))
              .toList();
      Object[] first = new Object[fields.fields().size()];
      for (int i = 0; i < first.length; i++) {
        int field = i;
        first[i] =
            pages.stream()
                .map(page -> page[field])
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
      }
      return RowFactory.create(first);
    }
  }

  /** All that a run writes down, one struct for each part; errors are among them. */
  record Answers(String task) implements Wanted {
    private static final long serialVersionUID = 1L;

    @Override
    public DataType type() {
      return DataTypes.createArrayType(ResultsTable.ANSWERS);
    }

    @Override
    public Object value(List<Row> parts) {
      return parts.toArray(Row[]::new);
    }
  }
}
