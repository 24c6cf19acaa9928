package io.github.qwenvlspark.udfs.sql;

import io.github.qwenvlspark.udfs.geometry.Iou;
import io.github.qwenvlspark.udfs.measure.EditDistance;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import io.github.qwenvlspark.udfs.parse.AnswerParser;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer;
import io.github.qwenvlspark.udfs.parse.UnparsableAnswerException;
import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Functions over answer texts for SQL: {@code qwenvl_elements}, {@code qwenvl_boxes}, {@code
 * qwenvl_fields}, {@code qwenvl_moments}, {@code qwenvl_iou}, {@code qwenvl_cer}.
 */
public final class SqlFunctions {
  private SqlFunctions() {}

  /** Makes the functions known to one session. */
  public static void register(SparkSession spark) {
    list(spark, "qwenvl_elements", AnswerFormat.HTML, AnswerTypes.ELEMENT, SqlFunctions::elements);
    list(spark, "qwenvl_boxes", AnswerFormat.BOXES, AnswerTypes.BOX, SqlFunctions::boxes);
    list(spark, "qwenvl_moments", AnswerFormat.MOMENTS, AnswerTypes.MOMENT, SqlFunctions::moments);
    spark
        .udf()
        .register(
            "qwenvl_fields",
            (UDF1<String, Object>) text -> parsed(AnswerFormat.FIELDS, text, ParsedAnswer::fields),
            AnswerTypes.FIELDS);
    spark
        .udf()
        .register(
            "qwenvl_iou",
            (UDF2<Seq<Integer>, Seq<Integer>, Double>)
                (a, b) -> a == null || b == null ? null : Iou.of(list(a), list(b)),
            DataTypes.DoubleType);
    spark
        .udf()
        .register(
            "qwenvl_cer",
            (UDF2<String, String, Double>)
                (answer, truth) ->
                    answer == null || truth == null
                        ? null
                        : EditDistance.characterErrorRate(answer, truth),
            DataTypes.DoubleType);
  }

  private static void list(
      SparkSession spark, String name, AnswerFormat format, DataType element, RowsOfAnswer rows) {
    spark
        .udf()
        .register(
            name,
            (UDF1<String, Object>)
                text -> parsed(format, text, answer -> rows.apply(answer).toArray()),
            DataTypes.createArrayType(element));
  }

  /** Travels to executors inside a UDF. */
  private interface RowsOfAnswer extends Function<ParsedAnswer, List<Row>>, Serializable {}

  private static <T> T parsed(AnswerFormat format, String text, Function<ParsedAnswer, T> use) {
    if (text == null) {
      return null;
    }
    try {
      return use.apply(AnswerParser.parse(format, text));
    } catch (UnparsableAnswerException e) {
      return null;
    }
  }

  private static List<Row> elements(ParsedAnswer answer) {
    return answer.elements().stream()
        .map(e -> RowFactory.create(e.type(), e.text(), e.bbox().toArray(), e.html()))
        .toList();
  }

  private static List<Row> boxes(ParsedAnswer answer) {
    return answer.boxes().stream()
        .map(b -> RowFactory.create(b.label(), b.bbox().toArray(), b.point().toArray()))
        .toList();
  }

  private static List<Row> moments(ParsedAnswer answer) {
    return answer.moments().stream()
        .map(m -> RowFactory.create(m.startS(), m.endS(), m.text()))
        .toList();
  }

  private static List<Integer> list(Seq<Integer> values) {
    return CollectionConverters.asJava(values);
  }
}
