package io.github.qwenvlspark.pipeline.job;

import org.apache.spark.SparkContext;

/**
 * What Spark's UI calls the jobs that this thread starts; closing brings back the caller's own
 * words. Confined to one thread.
 */
public final class JobLabel implements AutoCloseable {
  private static final String DESCRIPTION = "spark.job.description";

  private final SparkContext spark;
  private final String before;

  /** Nothing is said yet. */
  public JobLabel(SparkContext spark) {
    this.spark = spark;
    this.before = spark.getLocalProperty(DESCRIPTION);
  }

  /** From now on jobs do this, such as {@code inspecting documents}. */
  public void say(String what) {
    spark.setJobDescription("qwenvl: " + what);
  }

  @Override
  public void close() {
    spark.setLocalProperty(DESCRIPTION, before);
  }
}
