package io.github.qwenvlspark.pipeline.testing;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;

/** What Spark's UI calls the jobs of an application, from now on until this is closed. */
public final class JobDescriptions extends SparkListener implements AutoCloseable {
  private static final long LIMIT_MS = 10_000;

  private final SparkContext spark;
  private final Queue<String> all = new ConcurrentLinkedQueue<>();

  public JobDescriptions(SparkContext spark) {
    this.spark = spark;
    spark.addSparkListener(this);
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    all.add(start.properties().getProperty("spark.job.description", "none"));
  }

  /** Those of all jobs that have begun; {@code none} for a job without. */
  public List<String> all() throws TimeoutException {
    if (!spark.isStopped()) { // a context that stops tells its listeners all first
      spark.listenerBus().waitUntilEmpty(LIMIT_MS);
    }
    return List.copyOf(all);
  }

  @Override
  public void close() {
    spark.removeSparkListener(this);
  }
}
