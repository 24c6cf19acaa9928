package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.write.Tally;
import io.github.qwenvlspark.runtime.Occupancy;
import java.io.Serializable;
import org.apache.spark.SparkContext;

/**
 * What a run counts while it goes; sums reach the driver as Spark tasks end.
 *
 * @param occupancy how busy the engines of all executors were together
 */
public record RunCounters(Sum<Tally> tally, Sum<Occupancy> occupancy) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Counters at zero, known to Spark. */
  public static RunCounters of(SparkContext spark) {
    Sum<Tally> tally = new Sum<>(Tally.NONE, Tally::plus);
    Sum<Occupancy> occupancy = new Sum<>(Occupancy.NONE, Occupancy::plus);
    spark.register(tally, "outcomes");
    spark.register(occupancy, "engine occupancy");
    return new RunCounters(tally, occupancy);
  }
}
