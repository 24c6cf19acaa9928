package io.github.qwenvlspark.pipeline.sql;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;

/**
 * What {@link AskModelExec} counts, as the SQL tab of Spark's UI shows it. Rows of one batch spend
 * their time together, so times of requests add up to more than passes.
 */
record AskMetrics(
    SQLMetric asked,
    SQLMetric failed,
    SQLMetric promptTokens,
    SQLMetric visualTokens,
    SQLMetric completionTokens,
    SQLMetric documentMs,
    SQLMetric queueMs,
    SQLMetric modelMs)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int PROMPT_TOKENS = 0;
  private static final int VISUAL_TOKENS = 1;
  private static final int COMPLETION_TOKENS = 2;

  private static final int FETCH_MS = 0;
  private static final int MEDIA_MS = 1;
  private static final int PREPROCESS_MS = 2;
  private static final int QUEUE_MS = 3;
  private static final int VISION_MS = 4;
  private static final int PREFILL_MS = 5;
  private static final int DECODE_MS = 6;

  static AskMetrics of(SparkContext spark) {
    return new AskMetrics(
        SQLMetrics.createMetric(spark, "requests"),
        SQLMetrics.createMetric(spark, "requests that ended in an error"),
        SQLMetrics.createMetric(spark, "tokens read"),
        SQLMetrics.createMetric(spark, "tokens of pictures among them"),
        SQLMetrics.createMetric(spark, "tokens written"),
        SQLMetrics.createTimingMetric(spark, "documents fetched and made ready", -1),
        SQLMetrics.createTimingMetric(spark, "requests waited for the model", -1),
        SQLMetrics.createTimingMetric(spark, "requests with the model", -1));
  }

  /** In the order in which they are shown. */
  Map<String, SQLMetric> shown() {
    Map<String, SQLMetric> shown = new LinkedHashMap<>();
    shown.put("requests", asked);
    shown.put("failedRequests", failed);
    shown.put("promptTokens", promptTokens);
    shown.put("visualTokens", visualTokens);
    shown.put("completionTokens", completionTokens);
    shown.put("documentTime", documentMs);
    shown.put("queueTime", queueMs);
    shown.put("modelTime", modelMs);
    return shown;
  }

  /** Takes note of an outcome. */
  void count(Row answer) {
    asked.add(1);
    if (!AnswerRow.isOk(answer)) {
      failed.add(1);
    }
    Row usage = answer.getAs(AnswerRow.column("usage"));
    if (usage != null) {
      promptTokens.add(usage.getInt(PROMPT_TOKENS));
      visualTokens.add(usage.getInt(VISUAL_TOKENS));
      completionTokens.add(usage.getInt(COMPLETION_TOKENS));
    }
    Row timing = answer.getAs(AnswerRow.column("timing"));
    if (timing != null) {
      documentMs.add(sum(timing, FETCH_MS, MEDIA_MS, PREPROCESS_MS));
      queueMs.add(sum(timing, QUEUE_MS));
      modelMs.add(sum(timing, VISION_MS, PREFILL_MS, DECODE_MS));
    }
  }

  private static long sum(Row timing, int... columns) {
    double sum = 0;
    for (int column : columns) {
      sum += timing.getDouble(column);
    }
    return Math.round(sum);
  }
}
