package io.github.qwenvlspark.pipeline.testing;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;

/** Counts the Spark tasks that start while it is open. */
public final class SparkJobs implements AutoCloseable {
  private final SparkSession spark;
  private final AtomicInteger tasks = new AtomicInteger();
  private final SparkListener listener =
      new SparkListener() {
        @Override
        public void onTaskStart(SparkListenerTaskStart start) {
          tasks.incrementAndGet();
        }
      };

  public SparkJobs(SparkSession spark) {
    this.spark = spark;
    drain();
    spark.sparkContext().addSparkListener(listener);
  }

  public int tasks() {
    drain();
    return tasks.get();
  }

  /** Events arrive on another thread: waits for those on their way. */
  private void drain() {
    try {
      spark.sparkContext().listenerBus().waitUntilEmpty(10_000);
    } catch (Exception e) {
      throw new IllegalStateException("Spark's events do not come to rest", e);
    }
  }

  @Override
  public void close() {
    spark.sparkContext().removeSparkListener(listener);
  }
}
