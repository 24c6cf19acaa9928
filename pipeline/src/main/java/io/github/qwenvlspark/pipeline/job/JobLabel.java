package io.github.qwenvlspark.pipeline.job;

import org.apache.spark.SparkContext;

/**
 * What Spark's UI calls the jobs that this thread starts, and of which run log lines are; closing
 * brings back the caller's own words. Confined to one thread.
 */
public final class JobLabel implements AutoCloseable {
  private static final String DESCRIPTION = "spark.job.description";

  private final SparkContext spark;
  private final String before;
  private final String runBefore;

  /** Nothing is said yet. */
  public JobLabel(SparkContext spark) {
    this.spark = spark;
    this.before = spark.getLocalProperty(DESCRIPTION);
    this.runBefore = LogField.RUN.get(spark);
  }

  /** From now on jobs do this, such as {@code inspecting documents}. */
  public void say(String what) {
    spark.setJobDescription("qwenvl: " + what);
  }

  /** From now on log lines, here and in Spark tasks, name this run. */
  void run(String id) {
    LogField.RUN.set(spark, id);
  }

  @Override
  public void close() {
    spark.setLocalProperty(DESCRIPTION, before);
    LogField.RUN.set(spark, runBefore);
  }
}
