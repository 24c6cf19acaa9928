package io.github.qwenvlspark.pipeline.etl;

import io.github.qwenvlspark.pipeline.etl.FieldType.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Rows of {@code results} in, typed rows out, in the order of {@link TypedTable#schema}. */
final class TypeAnswers implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final ArrayList<Field> fields;
  private final Conventions conventions;

  TypeAnswers(List<Field> fields, Conventions conventions) {
    this.fields = new ArrayList<>(fields);
    this.conventions = conventions;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> answers) {
    TypedValues values = new TypedValues(conventions);
    Iterable<Row> all = () -> answers;
    return StreamSupport.stream(all.spliterator(), false)
        .map(answer -> typed(answer, values))
        .iterator();
  }

  private Row typed(Row answer, TypedValues values) {
    List<Problem> problems = new ArrayList<>();
    List<Object> row = new ArrayList<>();
    row.add(answer.getAs("source_id"));
    row.add(answer.getAs("uri"));
    row.add(answer.getAs("part"));
    row.addAll(Arrays.asList(values.read(answer.<String>getAs("json"), fields, problems::add)));
    row.add(problems.stream().map(Problem::toRow).toArray());
    row.add(answer.getAs("document_fingerprint"));
    row.add(answer.getAs("request_key"));
    row.add(answer.getAs("run_id"));
    row.add(answer.getAs("created_at"));
    row.add(null);
    return RowFactory.create(row.toArray());
  }
}
