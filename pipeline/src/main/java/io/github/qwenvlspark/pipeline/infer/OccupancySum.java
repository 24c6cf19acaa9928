package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.runtime.Occupancy;
import org.apache.spark.util.AccumulatorV2;

/** How busy the engines of all executors were together. Grows as Spark tasks end. */
public final class OccupancySum extends AccumulatorV2<Occupancy, Occupancy> {
  private static final long serialVersionUID = 1L;

  private Occupancy sum = Occupancy.NONE;

  @Override
  public boolean isZero() {
    return sum.equals(Occupancy.NONE);
  }

  @Override
  public AccumulatorV2<Occupancy, Occupancy> copy() {
    OccupancySum copy = new OccupancySum();
    copy.sum = sum;
    return copy;
  }

  @Override
  public void reset() {
    sum = Occupancy.NONE;
  }

  @Override
  public void add(Occupancy more) {
    sum = sum.plus(more);
  }

  @Override
  public void merge(AccumulatorV2<Occupancy, Occupancy> other) {
    add(other.value());
  }

  @Override
  public Occupancy value() {
    return sum;
  }
}
