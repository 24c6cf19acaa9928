package io.github.qwenvlspark.udfs.sql;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** All functions over answers, boxes and sizes for SQL. */
public final class SqlFunctions {
  static final List<SqlFunction> ALL =
      Stream.of(AnswerFunctions.ALL, PlaceFunctions.ALL, MeasureFunctions.ALL)
          .flatMap(List::stream)
          .toList();

  private SqlFunctions() {}

  /** Makes the functions known to one session that was opened without {@link QwenVlExtensions}. */
  public static void register(SparkSession spark) {
    for (SqlFunction function : ALL) {
      function.addTo(spark.sessionState().functionRegistry());
    }
  }
}
