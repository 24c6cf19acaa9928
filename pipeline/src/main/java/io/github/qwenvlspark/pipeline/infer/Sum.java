package io.github.qwenvlspark.pipeline.infer;

import java.io.Serializable;
import java.util.function.BinaryOperator;
import org.apache.spark.util.AccumulatorV2;

/**
 * A sum over the Spark tasks of a run; it grows as they end. Spark counts each partition of the
 * last stage of a job once, however often its task was tried.
 */
public final class Sum<T extends Serializable> extends AccumulatorV2<T, T> {
  private static final long serialVersionUID = 1L;

  private final T zero;
  private final Addition<T> addition;
  private T sum;

  /** How two values become one. */
  public interface Addition<T> extends BinaryOperator<T>, Serializable {}

  Sum(T zero, Addition<T> addition) {
    this.zero = zero;
    this.addition = addition;
    this.sum = zero;
  }

  @Override
  public boolean isZero() {
    return sum.equals(zero);
  }

  @Override
  public AccumulatorV2<T, T> copy() {
    Sum<T> copy = new Sum<>(zero, addition);
    copy.sum = sum;
    return copy;
  }

  @Override
  public void reset() {
    sum = zero;
  }

  @Override
  public void add(T more) {
    sum = addition.apply(sum, more);
  }

  @Override
  public void merge(AccumulatorV2<T, T> other) {
    add(other.value());
  }

  @Override
  public T value() {
    return sum;
  }
}
