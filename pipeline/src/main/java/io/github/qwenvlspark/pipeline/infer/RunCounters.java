package io.github.qwenvlspark.pipeline.infer;

import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/** What a run counts while it goes; sums reach the driver as Spark tasks end. */
public record RunCounters(LongAccumulator done, LongAccumulator failed, OccupancySum occupancy) {

  /** Counters at zero, known to Spark. */
  public static RunCounters of(SparkContext spark) {
    OccupancySum occupancy = new OccupancySum();
    spark.register(occupancy, "engine occupancy");
    return new RunCounters(
        spark.longAccumulator("requests done"),
        spark.longAccumulator("requests failed"),
        occupancy);
  }
}
