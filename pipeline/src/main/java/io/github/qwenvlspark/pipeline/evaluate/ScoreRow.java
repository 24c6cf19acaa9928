package io.github.qwenvlspark.pipeline.evaluate;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.udfs.measure.Anls;
import io.github.qwenvlspark.udfs.measure.BoxMatch;
import io.github.qwenvlspark.udfs.measure.BoxMatch.Box;
import io.github.qwenvlspark.udfs.measure.EditDistance;
import io.github.qwenvlspark.udfs.measure.FieldScore;
import io.github.qwenvlspark.udfs.measure.Normalization;
import io.github.qwenvlspark.udfs.parse.PageHtml;
import io.github.qwenvlspark.udfs.parse.UnparsableAnswerException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A truth and its answer in, their measures out. A truth without an answer is measured as an empty
 * one: worst in all that it says something of.
 */
final class ScoreRow implements MapFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  static final StructType DETECTION =
      new StructType().add("label", DataTypes.StringType).add("matched", DataTypes.IntegerType);

  /** One row of measures; NULL where the truth says nothing of it. */
  static final StructType SCHEMA =
      new StructType()
          .add("uri", DataTypes.StringType)
          .add("page", DataTypes.IntegerType)
          .add("task", DataTypes.StringType)
          .add("labels", DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType))
          .add("request_key", DataTypes.StringType)
          .add("answer", DataTypes.StringType)
          .add("problem", DataTypes.StringType)
          .add("mean_logprob", DataTypes.DoubleType)
          .add("exact", DataTypes.BooleanType)
          .add("cer", DataTypes.DoubleType)
          .add("wer", DataTypes.DoubleType)
          .add("anls", DataTypes.DoubleType)
          .add("fields_right", DataTypes.LongType)
          .add("fields_wrong", DataTypes.LongType)
          .add("fields_missed", DataTypes.LongType)
          .add("field_f1", DataTypes.DoubleType)
          .add("box_iou", DataTypes.DoubleType)
          .add("detections", DataTypes.createArrayType(DETECTION))
          .add("true_labels", DataTypes.createArrayType(DataTypes.StringType))
          .add("facts", DataTypes.IntegerType)
          .add("facts_held", DataTypes.IntegerType)
          .add("facts_failed", DataTypes.createArrayType(DataTypes.StringType));

  private final Normalization normalization;

  ScoreRow(Normalization normalization) {
    this.normalization = normalization;
  }

  /** What an answer says, as it is compared. */
  private record Given(String text, String html, Map<String, String> fields, List<Box> boxes) {
    static final Given NOTHING = new Given("", "", Map.of(), List.of());
  }

  @Override
  public Row call(Row row) {
    Map<String, String> columns = row.getJavaMap(row.fieldIndex("truth"));
    String status = row.getAs("status");
    Given given = "ok".equals(status) ? given(row) : Given.NOTHING;
    List<Object> measures = new ArrayList<>();
    measures.add(row.getAs("uri"));
    measures.add(row.getAs("page"));
    measures.add(row.getAs("task"));
    measures.add(row.getAs("truth"));
    measures.add(row.getAs("request_key"));
    measures.add(status == null ? "missing" : status);
    try {
      Truth truth = Truth.of(columns);
      requirePart(row, columns);
      measures.add(null);
      measures.add(row.getAs("mean_logprob"));
      addTexts(measures, given, truth);
      addFields(measures, given, truth);
      addBoxes(measures, given, truth);
      addFacts(measures, given, truth);
    } catch (QwenVlException e) {
      measures.add(e.getMessage());
      while (measures.size() < SCHEMA.size()) {
        measures.add(null);
      }
    }
    return RowFactory.create(measures.toArray());
  }

  /** Nobody knows which page a truth is about that does not say it. */
  private static void requirePart(Row row, Map<String, String> columns) {
    if (row.isNullAt(row.fieldIndex("page"))) {
      Long parts = row.getAs("parts");
      if (columns.get("page") != null) {
        throw new QwenVlException(
            ErrorType.INVALID_REQUEST, "The truth's column page is no number");
      }
      if (parts != null && parts > 1) {
        throw new QwenVlException(
            ErrorType.INVALID_REQUEST,
            "The truth names no page, and the document has %d parts".formatted(parts));
      }
    }
  }

  private void addTexts(List<Object> measures, Given given, Truth truth) {
    Optional<String> text = truth.text().map(ScoreRow::plain).map(normalization::apply);
    String answer = normalization.apply(given.text());
    List<String> right =
        Stream.concat(truth.answers().stream(), truth.text().map(ScoreRow::plain).stream())
            .map(normalization::apply)
            .toList();
    measures.add(right.isEmpty() ? null : right.contains(answer));
    measures.add(text.map(t -> EditDistance.characterErrorRate(answer, t)).orElse(null));
    measures.add(text.map(t -> EditDistance.wordErrorRate(answer, t)).orElse(null));
    measures.add(right.isEmpty() ? null : Anls.of(answer, right));
  }

  private void addFields(List<Object> measures, Given given, Truth truth) {
    Optional<FieldScore> score =
        truth.fields().map(fields -> FieldScore.of(given.fields(), fields, normalization));
    measures.add(score.map(FieldScore::right).orElse(null));
    measures.add(score.map(FieldScore::wrong).orElse(null));
    measures.add(score.map(FieldScore::missed).orElse(null));
    measures.add(score.map(FieldScore::f1).orElse(null));
  }

  private void addBoxes(List<Object> measures, Given given, Truth truth) {
    Optional<BoxMatch> match =
        truth.boxes().map(boxes -> BoxMatch.of(normalized(given.boxes()), normalized(boxes)));
    measures.add(match.map(BoxMatch::meanIou).orElse(null));
    measures.add(
        match
            .map(
                m ->
                    m.detections().stream()
                        .map(found -> RowFactory.create(found.label(), found.matched()))
                        .toArray())
            .orElse(null));
    measures.add(match.map(m -> m.truths().toArray()).orElse(null));
  }

  private void addFacts(List<Object> measures, Given given, Truth truth) {
    List<String> failed =
        truth.facts().entrySet().stream()
            .filter(fact -> !fact.getValue().holds(given.text(), given.html(), normalization))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    int facts = truth.facts().size();
    measures.add(facts == 0 ? null : facts);
    measures.add(facts == 0 ? null : facts - failed.size());
    measures.add(facts == 0 ? null : failed.toArray());
  }

  private List<Box> normalized(List<Box> boxes) {
    return boxes.stream()
        .map(box -> new Box(normalization.apply(box.label()), box.bbox()))
        .toList();
  }

  private static Given given(Row row) {
    String text = row.getAs("text");
    boolean isPage = Boolean.TRUE.equals(row.getAs("is_page"));
    Map<String, String> fields = new HashMap<>();
    if (!row.isNullAt(row.fieldIndex("fields"))) {
      fields.putAll(row.getJavaMap(row.fieldIndex("fields")));
    }
    List<Box> boxes = new ArrayList<>();
    if (!row.isNullAt(row.fieldIndex("boxes"))) {
      for (Row box : row.<Row>getList(row.fieldIndex("boxes"))) {
        if (!box.isNullAt(1)) {
          boxes.add(new Box(box.getString(0), box.getList(1)));
        }
      }
    }
    return new Given(isPage ? plain(text) : text, isPage ? html(text) : "", fields, boxes);
  }

  /** Of a page's HTML its text, of any other text itself. */
  private static String plain(String text) {
    try {
      return text.contains("<") ? PageHtml.read(text).text() : text;
    } catch (UnparsableAnswerException e) {
      return text;
    }
  }

  private static String html(String text) {
    try {
      return PageHtml.read(text).html();
    } catch (UnparsableAnswerException e) {
      return "";
    }
  }
}
