package io.github.qwenvlspark.pipeline.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.github.qwenvlspark.pipeline.manifest.ManifestColumns;
import io.github.qwenvlspark.udfs.measure.AveragePrecision;
import io.github.qwenvlspark.udfs.measure.AveragePrecision.Picture;
import io.github.qwenvlspark.udfs.measure.BoxMatch;
import io.github.qwenvlspark.udfs.measure.Normalization;
import io.github.qwenvlspark.udfs.sql.Catalyst;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/** Measures of answers, row by row and together. */
public final class Evaluation {
  /** Measures of a row, and whether more of it is better. */
  private static final List<String> MORE_IS_BETTER =
      List.of("exact", "anls", "field_f1", "box_iou", "facts");

  private static final List<String> LESS_IS_BETTER = List.of("cer", "wer");

  private static final String TRUTH = "_truth";

  private static final UserDefinedFunction PRECISION =
      udf(
          (UDF1<Seq<Row>, Row>) Evaluation::precision,
          new StructType().add("at50", DataTypes.DoubleType).add("mean", DataTypes.DoubleType));

  private Evaluation() {}

  /**
   * A row of measures for each truth. Of several answers to a part the latest counts. A truth
   * without a page is about the only part that there is; where there are several it is unusable.
   *
   * @param truths as a manifest is read: other columns are labels; equal ones count once
   * @param results answers
   */
  public static Dataset<Row> scores(
      Dataset<Row> truths, Dataset<Row> results, Normalization normalization) {
    Dataset<Row> truth =
        truths
            .select(
                col(ManifestColumns.URI),
                col(ManifestColumns.TASK),
                expr("try_cast(labels['page'] AS int) AS page"),
                col(ManifestColumns.LABELS).as("truth"),
                expr("xxhash64(uri, task, to_json(labels))").as(TRUTH))
            .dropDuplicates(TRUTH);
    Dataset<Row> answer =
        results
            .selectExpr(
                "uri AS a_uri",
                "task AS a_task",
                "part.page AS a_page",
                "row_number() OVER (PARTITION BY uri, task, part ORDER BY created_at DESC, request_key) AS _age",
                "part",
                "request_key",
                "status",
                "text",
                "fields",
                "boxes",
                "size(elements) > 0 AS is_page",
                "quality.mean_logprob AS mean_logprob")
            .where("_age = 1")
            .selectExpr(
                "*",
                "count(*) OVER (PARTITION BY a_uri, a_task) AS parts",
                "row_number() OVER (PARTITION BY a_uri, a_task ORDER BY part.page, part.start_s) AS _place");
    Column same =
        col("uri")
            .equalTo(col("a_uri"))
            .and(col("task").equalTo(col("a_task")))
            .and(expr("page = a_page OR (page IS NULL AND _place = 1)"));
    return truth
        .join(answer, same, "left")
        .map(new ScoreRow(normalization), Encoders.row(ScoreRow.SCHEMA));
  }

  /**
   * Figures of groups.
   *
   * @param scores see {@link #scores}
   * @param by {@code task}, or labels of the truth; none for all together
   */
  public static Dataset<Row> summary(Dataset<Row> scores, List<String> by) {
    Column[] groups = by.stream().map(Evaluation::group).toArray(Column[]::new);
    List<Column> figures =
        Stream.of(
                "count_if(answer = 'ok') AS answered",
                "count_if(answer = 'error') AS errors",
                "count_if(answer = 'missing') AS missing",
                "count(problem) AS unusable",
                "avg(cast(exact AS int)) AS exact",
                "avg(cer) AS cer",
                "avg(wer) AS wer",
                "avg(anls) AS anls",
                "try_divide(sum(fields_right), sum(fields_right) + sum(fields_wrong)) AS field_precision",
                "try_divide(sum(fields_right), sum(fields_right) + sum(fields_missed)) AS field_recall",
                "try_divide(2 * sum(fields_right), 2 * sum(fields_right) + sum(fields_wrong) + sum(fields_missed)) AS field_f1",
                "avg(box_iou) AS box_iou",
                "collect_list(IF(true_labels IS NULL, NULL, struct(mean_logprob, detections, true_labels))) AS _pictures",
                "sum(facts_held) / sum(facts) AS facts")
            .map(functions::expr)
            .toList();
    Dataset<Row> grouped =
        scores
            .groupBy(groups)
            .agg(count(lit(1)).as("truths"), figures.toArray(Column[]::new))
            .withColumn("_precision", PRECISION.apply(col("_pictures")))
            .withColumn("map_50", col("_precision").getField("at50"))
            .withColumn("map_50_95", col("_precision").getField("mean"))
            .drop("_pictures", "_precision");
    return grouped.orderBy(by.stream().map(Evaluation::quoted).toArray(Column[]::new));
  }

  /** The rows that are least right, by the best measure that each has. */
  public static Dataset<Row> worst(Dataset<Row> scores, int most) {
    return scores
        .where("problem IS NULL")
        .selectExpr(
            "regexp_extract(uri, '[^/]*$', 0) AS document",
            "page",
            "task",
            "answer",
            "cer",
            "anls",
            "field_f1",
            "box_iou",
            "facts_held",
            "facts",
            "coalesce(anls, field_f1, box_iou, facts_held / facts) AS _right")
        .where("_right < 1")
        .orderBy("_right", "document", "page", "task")
        .drop("_right")
        .limit(most);
  }

  private static Column group(String name) {
    return name.equals("task") ? col("task") : col("labels").getItem(name).as(name);
  }

  private static Column quoted(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }

  /**
   * For each measure of a row the means of both, and how many rows are better, worse or the same in
   * the second.
   */
  public static Dataset<Row> comparison(Dataset<Row> first, Dataset<Row> second) {
    Dataset<Row> both =
        measures(first, "a")
            .join(measures(second, "b"), new String[] {TRUTH, "measure"})
            .where("a IS NOT NULL AND b IS NOT NULL");
    String better =
        "IF(measure IN (%s), a - b, b - a)"
            .formatted(
                LESS_IS_BETTER.stream().map("'%s'"::formatted).collect(Collectors.joining(", ")));
    return both.groupBy("measure")
        .agg(
            count(lit(1)).as("rows"),
            expr("avg(a) AS first"),
            expr("avg(b) AS second"),
            expr("avg(b) - avg(a) AS difference"),
            expr("count_if(%s > 0) AS better".formatted(better)),
            expr("count_if(%s < 0) AS worse".formatted(better)),
            expr("count_if(a = b) AS same"))
        .orderBy("measure");
  }

  /** A row for each measure. */
  private static Dataset<Row> measures(Dataset<Row> scores, String value) {
    List<String> names = new ArrayList<>(MORE_IS_BETTER);
    names.addAll(LESS_IS_BETTER);
    String stacked =
        names.stream()
            .map(name -> "'%s', cast(%s AS double)".formatted(name, number(name)))
            .collect(Collectors.joining(", "));
    return scores.selectExpr(
        "xxhash64(uri, task, to_json(labels)) AS _truth",
        "stack(%d, %s) AS (measure, %s)".formatted(names.size(), stacked, value));
  }

  private static String number(String measure) {
    return measure.equals("facts") ? "facts_held / facts" : measure;
  }

  private static Row precision(Seq<Row> rows) {
    List<Picture> pictures = new ArrayList<>();
    boolean any = false;
    for (Row row : Catalyst.list(rows)) {
      List<BoxMatch.Detection> detections =
          row.<Row>getList(1).stream()
              .map(found -> new BoxMatch.Detection(found.getString(0), found.getInt(1)))
              .toList();
      List<String> truths = row.getList(2);
      any |= !truths.isEmpty();
      double score = row.isNullAt(0) ? Double.NEGATIVE_INFINITY : row.getDouble(0);
      pictures.add(new Picture(score, new BoxMatch(detections, truths, 0)));
    }
    if (!any) {
      return null;
    }
    AveragePrecision precision = AveragePrecision.of(pictures);
    return RowFactory.create(precision.at50(), precision.mean());
  }
}
