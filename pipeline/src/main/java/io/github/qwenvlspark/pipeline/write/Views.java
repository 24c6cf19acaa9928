package io.github.qwenvlspark.pipeline.write;

import static org.apache.spark.sql.functions.lit;

import io.delta.tables.DeltaTable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The tables of an output folder and what people ask of them, as temporary views of a session:
 * {@code results}, {@code runs}, {@code latest}, {@code documents}, {@code elements}, {@code
 * failures}, {@code cost_by_day}, {@code quality_by_source} and {@code quality_drift}. Tables of
 * earlier versions show the columns that came since as NULL.
 */
public final class Views {
  /**
   * What is asked of one document, however often: rows with equal values are versions of each
   * other. Conversations and lists of frames have no document of their own to tell them apart.
   */
  private static final String SUBJECT =
      """
      source_id, uri, task, to_json(labels),
      if(part.kind IN ('messages', 'frames'), coalesce(document.fingerprint, request_key), NULL)""";

  /**
   * Rows that nothing has replaced. A part is replaced by a later row of itself, and by any row of
   * a later state of its document; a document that could not be opened by whatever came later.
   */
  private static final String LATEST =
      """
      WITH versions AS (
        SELECT *,
          max(if(part.kind <> 'document', struct(created_at, document.fingerprint), NULL))
            OVER (PARTITION BY %1$s) AS _opened,
          max(if(status = 'ok', created_at, NULL)) OVER (PARTITION BY %1$s) AS _answered_at,
          row_number() OVER (PARTITION BY %1$s, part ORDER BY created_at DESC, request_key) AS _age
        FROM results)
      SELECT %2$s, _answered_at FROM versions
      WHERE _age = 1 AND
        if(part.kind = 'document',
          _opened IS NULL OR created_at > _opened.created_at,
          coalesce(document.fingerprint = _opened.fingerprint, true))
      """;

  private static final String DOCUMENTS =
      """
      WITH joined AS (
        SELECT source_id, uri, task, to_json(labels) AS _labels, any_value(labels) AS labels,
          any_value(document.fingerprint) FILTER (WHERE part.kind <> 'document') AS fingerprint,
          array_sort(collect_list(struct(
            coalesce(part.page, 0) AS page, coalesce(part.start_s, 0) AS start_s, text))
            FILTER (WHERE status = 'ok')) AS _texts,
          count_if(status = 'ok') AS parts_ok,
          count_if(status = 'error' AND part.kind <> 'document') AS parts_failed,
          max(document.parts) AS parts,
          max(error.type) FILTER (WHERE part.kind = 'document') AS unreadable,
          max(created_at) FILTER (WHERE status = 'ok') AS answered_at
        FROM latest
        GROUP BY %s)
      SELECT source_id, uri, task, labels, fingerprint,
        array_join(transform(_texts, part -> coalesce(part.text, '')), '\\n\\n') AS text,
        transform(_texts, part -> struct(
          nullif(part.page, 0) AS page, part.start_s, part.text)) AS texts,
        parts, parts_ok, parts_failed,
        if(parts IS NULL, NULL, parts_ok = parts) AS complete,
        unreadable, answered_at
      FROM joined
      """;

  private static final String ELEMENTS =
      """
      SELECT source_id, uri, task, part.page, part.start_s, place + 1 AS reading_order,
        element.type, element.text, element.bbox, element.bbox_resized, element.html,
        request_key, labels
      FROM latest LATERAL VIEW posexplode(elements) exploded AS place, element
      """;

  private static final String FAILURES =
      """
      SELECT source_id, uri, part, task, error.type, error.message, error.retryable,
        error.attempts, created_at AS failed_at, _answered_at AS answered_at,
        run_id, request_key, labels
      FROM latest WHERE status = 'error'
      """;

  /** The time of the engines is shared out by what each row took of it, batches included. */
  private static final String COST_BY_DAY =
      """
      WITH busy AS (
        SELECT *, coalesce(timing.vision_ms + timing.prefill_ms + timing.decode_ms, 0) AS _ms
        FROM results),
      shares AS (SELECT run_id AS _run, sum(_ms) AS _run_ms FROM busy GROUP BY run_id)
      SELECT to_date(created_at) AS day, model.name AS model, model.precision, model.device, task,
        count(*) AS rows,
        count_if(status = 'ok') AS ok,
        count_if(status = 'error') AS errors,
        coalesce(sum(usage.prompt_tokens), 0) AS prompt_tokens,
        coalesce(sum(usage.visual_tokens), 0) AS visual_tokens,
        coalesce(sum(usage.completion_tokens), 0) AS completion_tokens,
        sum(runs.device_seconds * _ms / nullif(_run_ms, 0)) AS device_seconds
      FROM busy JOIN shares ON run_id = _run LEFT JOIN runs ON runs.run_id = busy.run_id
      GROUP BY ALL
      """;

  /** The source is the folder of a document. */
  private static final String QUALITY_BY_SOURCE =
      """
      SELECT to_date(created_at) AS day,
        regexp_extract(uri, '^(.*)/[^/]*$', 1) AS source,
        task,
        count(*) AS rows,
        count_if(status = 'error') AS errors,
        count_if(finish_reason = 'repetition') AS loops,
        count_if(finish_reason = 'length') AS cut_off,
        avg(quality.mean_logprob) AS mean_logprob,
        min(quality.mean_logprob) AS worst_mean_logprob
      FROM results
      GROUP BY ALL
      """;

  /** Days by their means, and how far those are from the mean of the seven days before. */
  private static final String QUALITY_DRIFT =
      """
      WITH days AS (
        SELECT to_date(created_at) AS day,
          regexp_extract(uri, '^(.*)/[^/]*$', 1) AS source,
          task,
          count(*) AS rows,
          count_if(status = 'error') / count(*) AS errors,
          count_if(finish_reason IN ('repetition', 'length')) / count(*) AS cut_off,
          count_if(checks.empty_page) / count(*) AS empty_pages,
          avg(quality.mean_logprob) AS mean_logprob,
          avg(checks.repeated_ngrams) AS repeated_ngrams,
          avg(checks.text_layer_agreement) AS text_layer_agreement,
          sum(checks.boxes_out_of_frame) AS boxes_out_of_frame
        FROM results
        GROUP BY ALL)
      SELECT *,
        errors - avg(errors) OVER before AS errors_change,
        mean_logprob - avg(mean_logprob) OVER before AS mean_logprob_change,
        repeated_ngrams - avg(repeated_ngrams) OVER before AS repeated_ngrams_change,
        text_layer_agreement - avg(text_layer_agreement) OVER before
          AS text_layer_agreement_change
      FROM days
      WINDOW before AS (
        PARTITION BY source, task ORDER BY unix_date(day) RANGE BETWEEN 7 PRECEDING AND 1 PRECEDING)
      """;

  private Views() {}

  /** Makes the views; they read the tables anew at each query. */
  public static void register(SparkSession spark, OutputFolder output) {
    table(spark, output.results(), ResultsTable.SCHEMA).createOrReplaceTempView("results");
    table(spark, output.runs(), RunsTable.SCHEMA).createOrReplaceTempView("runs");
    String columns = String.join(", ", spark.table("results").columns());
    view(spark, "latest", LATEST.formatted(SUBJECT, columns));
    view(spark, "documents", DOCUMENTS.formatted(SUBJECT));
    view(spark, "elements", ELEMENTS);
    view(spark, "failures", FAILURES);
    view(spark, "cost_by_day", COST_BY_DAY);
    view(spark, "quality_by_source", QUALITY_BY_SOURCE);
    view(spark, "quality_drift", QUALITY_DRIFT);
  }

  private static void view(SparkSession spark, String name, String query) {
    spark.sql(query).createOrReplaceTempView(name);
  }

  /** A table that may be missing, or older than its schema. */
  private static Dataset<Row> table(SparkSession spark, String location, StructType schema) {
    if (!DeltaTable.isDeltaTable(spark, location)) {
      return spark.createDataFrame(List.of(), schema);
    }
    Dataset<Row> table = spark.read().format("delta").load(location);
    List<String> there = Arrays.asList(table.columns());
    for (StructField field : schema.fields()) {
      if (!there.contains(field.name())) {
        table = table.withColumn(field.name(), lit(null).cast(field.dataType()));
      }
    }
    return table;
  }
}
