package io.github.qwenvlspark.pipeline.simulate;

/**
 * Something that is going to happen.
 *
 * @param time seconds since the run began
 * @param order of events at one time
 */
record Event(double time, long order, Runnable what) implements Comparable<Event> {
  @Override
  public int compareTo(Event other) {
    int byTime = Double.compare(time, other.time);
    return byTime != 0 ? byTime : Long.compare(order, other.order);
  }
}
