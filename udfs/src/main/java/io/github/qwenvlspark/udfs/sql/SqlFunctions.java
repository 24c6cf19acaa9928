package io.github.qwenvlspark.udfs.sql;

import static org.apache.spark.sql.functions.udf;

import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.SmartResize;
import io.github.qwenvlspark.udfs.geometry.Iou;
import io.github.qwenvlspark.udfs.measure.Anls;
import io.github.qwenvlspark.udfs.measure.EditDistance;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import io.github.qwenvlspark.udfs.parse.AnswerParser;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer;
import io.github.qwenvlspark.udfs.parse.UnparsableAnswerException;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Functions over answer texts for SQL. Pure: NULL in, NULL out, and NULL for what cannot be read.
 */
public final class SqlFunctions {
  private static final DataType TEXT = DataTypes.StringType;
  private static final DataType NUMBER = DataTypes.DoubleType;
  private static final DataType PIXELS = DataTypes.IntegerType;

  static final List<SqlFunction> ALL =
      List.of(
          reader(
              "qwenvl_elements",
              "_FUNC_(answer) - blocks of a page parsed to QwenVL HTML, in order.",
              DataTypes.createArrayType(AnswerTypes.ELEMENT),
              text -> read(AnswerFormat.HTML, text).map(SqlFunctions::elements)),
          reader(
              "qwenvl_boxes",
              "_FUNC_(answer) - located things, in pixels of the resized picture.",
              DataTypes.createArrayType(AnswerTypes.BOX),
              text -> read(AnswerFormat.BOXES, text).map(SqlFunctions::boxes)),
          reader(
              "qwenvl_moments",
              "_FUNC_(answer) - events of a clip, in seconds.",
              DataTypes.createArrayType(AnswerTypes.MOMENT),
              text -> read(AnswerFormat.MOMENTS, text).map(SqlFunctions::moments)),
          reader(
              "qwenvl_fields",
              "_FUNC_(answer) - key information as a map of texts.",
              AnswerTypes.FIELDS,
              text -> read(AnswerFormat.FIELDS, text).map(ParsedAnswer::fields)),
          reader(
              "qwenvl_tool_call",
              "_FUNC_(answer) - an agent's function call: its name and arguments as texts.",
              AnswerTypes.FIELDS,
              text -> read(AnswerFormat.TOOL_CALL, text).map(ParsedAnswer::fields)),
          reader(
              "qwenvl_json",
              "_FUNC_(answer) - the JSON of an answer without what stands around it.",
              TEXT,
              text -> read(AnswerFormat.JSON, text).flatMap(ParsedAnswer::json)),
          measure(
              "qwenvl_cer",
              "_FUNC_(answer, truth) - character error rate: edit distance over truth's length.",
              EditDistance::characterErrorRate),
          measure(
              "qwenvl_wer",
              "_FUNC_(answer, truth) - word error rate: edit distance over truth's words.",
              EditDistance::wordErrorRate),
          measure(
              "qwenvl_anls",
              "_FUNC_(answer, truth) - normalized similarity of DocVQA: 1 right, 0 half wrong.",
              (answer, truth) -> Anls.of(answer, List.of(truth))),
          new SqlFunction(
              "qwenvl_iou",
              List.of(AnswerTypes.COORDINATES, AnswerTypes.COORDINATES),
              "_FUNC_(a, b) - intersection over union of two boxes [x1, y1, x2, y2].",
              udf((UDF2<Seq<Integer>, Seq<Integer>, Double>) SqlFunctions::iou, NUMBER)),
          new SqlFunction(
              "qwenvl_smart_resize",
              List.of(PIXELS, PIXELS, PIXELS, PIXELS),
              "_FUNC_(height, width, min_pixels, max_pixels) - the size at which the model sees a"
                  + " picture, and its tokens. Published checkpoints: 3136 and 12845056 pixels.",
              udf(
                  (UDF4<Integer, Integer, Integer, Integer, Row>) SqlFunctions::resized,
                  AnswerTypes.RESIZED)));

  private SqlFunctions() {}

  /** Makes the functions known to one session that was opened without {@link QwenVlExtensions}. */
  public static void register(SparkSession spark) {
    for (SqlFunction function : ALL) {
      spark
          .sessionState()
          .functionRegistry()
          .registerFunction(function.identifier(), function.info(), function.builder());
    }
  }

  /** Travels to executors inside a UDF. */
  private interface Reader extends Function<String, Optional<?>>, Serializable {}

  /** Travels to executors inside a UDF. */
  private interface Measure extends Serializable {
    double of(String answer, String truth);
  }

  private static SqlFunction reader(String name, String usage, DataType type, Reader reader) {
    UDF1<String, Object> read = text -> text == null ? null : reader.apply(text).orElse(null);
    return new SqlFunction(name, List.of(TEXT), usage, udf(read, type));
  }

  private static SqlFunction measure(String name, String usage, Measure measure) {
    UDF2<String, String, Double> of =
        (answer, truth) -> answer == null || truth == null ? null : measure.of(answer, truth);
    return new SqlFunction(name, List.of(TEXT, TEXT), usage, udf(of, NUMBER));
  }

  private static Optional<ParsedAnswer> read(AnswerFormat format, String text) {
    try {
      return Optional.of(AnswerParser.parse(format, text));
    } catch (UnparsableAnswerException e) {
      return Optional.empty();
    }
  }

  private static Row[] elements(ParsedAnswer answer) {
    return answer.elements().stream()
        .map(e -> RowFactory.create(e.type(), e.text(), coordinates(e.bbox()), e.html()))
        .toArray(Row[]::new);
  }

  private static Row[] boxes(ParsedAnswer answer) {
    return answer.boxes().stream()
        .map(b -> RowFactory.create(b.label(), coordinates(b.bbox()), coordinates(b.point())))
        .toArray(Row[]::new);
  }

  private static Row[] moments(ParsedAnswer answer) {
    return answer.moments().stream()
        .map(m -> RowFactory.create(m.startS(), m.endS(), m.text()))
        .toArray(Row[]::new);
  }

  /** What is not there is NULL, as in the results table. */
  private static Integer[] coordinates(List<Integer> numbers) {
    return numbers.isEmpty() ? null : numbers.toArray(Integer[]::new);
  }

  private static Double iou(Seq<Integer> a, Seq<Integer> b) {
    return isBox(a) && isBox(b)
        ? Double.valueOf(Iou.of(CollectionConverters.asJava(a), CollectionConverters.asJava(b)))
        : null;
  }

  private static boolean isBox(Seq<Integer> box) {
    return box != null
        && box.size() == 4
        && CollectionConverters.asJava(box).stream().allMatch(Objects::nonNull);
  }

  private static Row resized(Integer height, Integer width, Integer minPixels, Integer maxPixels) {
    if (height == null || width == null || minPixels == null || maxPixels == null) {
      return null;
    }
    if (minPixels < 0 || maxPixels < 1) {
      return null;
    }
    try {
      Size size =
          SmartResize.fit(
              new Size(height, width), new PixelLimits(minPixels, maxPixels), SmartResize.FACTOR);
      long tokens = size.area() / (SmartResize.FACTOR * SmartResize.FACTOR);
      return RowFactory.create(size.height(), size.width(), (int) tokens);
    } catch (QwenVlException e) {
      return null; // no such picture is ever read
    }
  }
}
