package io.github.qwenvlspark.pipeline.simulate;

import java.util.PriorityQueue;

/** What is going to happen, in order; equal times in the order in which they were written down. */
final class Agenda {
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private double now;
  private long written;

  /** Seconds since the run began. */
  double now() {
    return now;
  }

  /** Writes down what happens in so many seconds. */
  void in(double seconds, Runnable what) {
    events.add(new Event(now + Math.max(0, seconds), written++, what));
  }

  /** Lets the next thing happen. */
  void next() {
    Event event = events.remove();
    now = event.time();
    event.what().run();
  }
}
