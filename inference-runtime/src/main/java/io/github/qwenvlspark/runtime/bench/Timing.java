package io.github.qwenvlspark.runtime.bench;

import java.util.List;

/**
 * How long one thing took, run several times.
 *
 * @param bestS least wall seconds
 * @param medianS median wall seconds
 * @param cpuS mean seconds of all the process's processors together: what other programs on the
 *     machine disturb least
 * @param laps how often it ran
 */
public record Timing(double bestS, double medianS, double cpuS, int laps) {

  /** One run. */
  record Lap(double wallS, double cpuS) {}

  static Timing of(List<Lap> laps) {
    double[] wall = laps.stream().mapToDouble(Lap::wallS).sorted().toArray();
    int middle = wall.length / 2;
    double median = wall.length % 2 == 1 ? wall[middle] : (wall[middle - 1] + wall[middle]) / 2;
    double cpu = laps.stream().mapToDouble(Lap::cpuS).average().orElseThrow();
    // Where the system counts too coarsely, the processors were at least not idle.
    return new Timing(wall[0], median, cpu > 0 ? cpu : wall[0], wall.length);
  }

  /** The time of each of {@code parts} equal parts. */
  Timing dividedBy(int parts) {
    return new Timing(bestS / parts, medianS / parts, cpuS / parts, laps);
  }
}
