package io.github.qwenvlspark.pipeline.job;

import org.apache.spark.SparkContext;
import org.slf4j.MDC;

/**
 * A field of log lines, for the work of one thread and of the Spark tasks that it starts: Spark
 * puts its local properties that begin with {@code mdc.} into the MDC of tasks, under the same key.
 */
enum LogField {
  RUN("mdc.qwenvl.run"),
  WAVE("mdc.qwenvl.wave");

  private final String key;

  LogField(String key) {
    this.key = key;
  }

  /** Null where this thread has none. */
  String get(SparkContext spark) {
    return spark.getLocalProperty(key);
  }

  /**
   * Holds for this thread from now on.
   *
   * @param value an id or a number, never text of a document; null for none
   */
  void set(SparkContext spark, String value) {
    spark.setLocalProperty(key, value);
    if (value == null) {
      MDC.remove(key);
    } else {
      MDC.put(key, value);
    }
  }
}
