package io.github.qwenvlspark.pipeline.simulate;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * An executor whose Spark tasks share one engine evenly. Time is in seconds since the run began.
 * Confined to one thread.
 */
final class PaperExecutor {
  /** Work below which a task has ended: sums of floating point numbers never meet exactly. */
  private static final double NOTHING = 1e-6;

  private final int slots;
  private final double speed;
  private final List<Reading> tasks = new ArrayList<>();
  private boolean alive = true;
  private double now;
  private double busy;
  private long version;

  /** A bucket that is read. */
  static final class Reading {
    final PaperWave wave;
    final int bucket;
    private final double work;
    private double left;

    Reading(PaperWave wave, int bucket, double work) {
      this.wave = wave;
      this.bucket = bucket;
      this.work = work;
      this.left = work;
    }

    /** What was done in vain, if it ends now. */
    double done() {
      return work - left;
    }
  }

  /**
   * Makes an idle one.
   *
   * @param speed units of the planner in a second
   */
  PaperExecutor(int slots, double speed) {
    this.slots = slots;
    this.speed = speed;
  }

  boolean hasRoom() {
    return alive && tasks.size() < slots;
  }

  /** Goes up whenever the time of the next ending changes. */
  long version() {
    return version;
  }

  /** Seconds with something to read. */
  double busy() {
    return busy;
  }

  void begin(Reading task, double time) {
    advance(time);
    tasks.add(task);
    version++;
  }

  /** When the next task ends if none comes or goes; empty if there is none. */
  Optional<Double> ending() {
    return tasks.stream()
        .map(task -> task.left)
        .min(Double::compare)
        .map(left -> now + Math.max(0, left) * tasks.size() / speed);
  }

  /** The tasks that have ended by now. */
  List<Reading> ended(double time) {
    advance(time);
    List<Reading> ended = new ArrayList<>();
    for (Iterator<Reading> all = tasks.iterator(); all.hasNext(); ) {
      Reading task = all.next();
      boolean belowTheClock = now + task.left * tasks.size() / speed <= now;
      if (task.left <= NOTHING * task.work || belowTheClock) {
        ended.add(task);
        all.remove();
      }
    }
    version++;
    return ended;
  }

  /** Takes all tasks away. */
  List<Reading> drop(double time) {
    advance(time);
    List<Reading> dropped = List.copyOf(tasks);
    tasks.clear();
    version++;
    return dropped;
  }

  /** Is lost, with all that it reads. */
  List<Reading> lose(double time) {
    List<Reading> lost = drop(time);
    alive = false;
    return lost;
  }

  void replace(double time) {
    advance(time);
    alive = true;
  }

  private void advance(double time) {
    if (!tasks.isEmpty()) {
      double each = (time - now) * speed / tasks.size();
      tasks.forEach(task -> task.left -= each);
      busy += time - now;
    }
    now = time;
  }
}
