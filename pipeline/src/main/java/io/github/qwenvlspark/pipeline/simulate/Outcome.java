package io.github.qwenvlspark.pipeline.simulate;

import io.github.qwenvlspark.pipeline.job.WavePace;
import io.github.qwenvlspark.pipeline.simulate.PaperTable.Commits;
import java.util.Arrays;

/**
 * What a simulated run came to.
 *
 * @param seconds from the start of the driver to the last commit
 * @param busy share of that time in which engines had something to read, of all on average
 * @param balance time in which the busiest engine read, by the mean
 * @param lost what was read in vain
 * @param driverHeap bytes that the driver needs, estimated
 * @param price of all executors for the whole time
 */
public record Outcome(
    Planned planned,
    double seconds,
    double busy,
    double balance,
    Lost lost,
    Commits commits,
    int largestWave,
    long driverHeap,
    double price) {
  private static final double HOUR = 3600;

  /**
   * What there was to do.
   *
   * @param seconds of planning
   * @param work in the planner's units
   */
  public record Planned(int documents, int buckets, double seconds, double work) {}

  /**
   * What went wrong.
   *
   * @param share of all work that was done a second time
   * @param mostBuckets on their way when a driver was lost
   */
  public record Lost(int executors, int drivers, double share, int mostBuckets) {}

  static Outcome of(
      Scenario scenario,
      Planned planned,
      double seconds,
      double[] busy,
      Losses losses,
      Commits commits,
      int largestWave) {
    double mean = Arrays.stream(busy).average().orElse(0);
    return new Outcome(
        planned,
        seconds,
        mean / seconds,
        Arrays.stream(busy).max().orElse(0) / mean,
        new Lost(
            losses.executors(),
            losses.drivers(),
            losses.work() / planned.work(),
            losses.mostBuckets()),
        commits,
        largestWave,
        DriverHeap.of((long) WavePace.AT_A_TIME * largestWave, commits.files()),
        seconds / HOUR * scenario.cluster().executors() * scenario.cluster().pricePerHour());
  }
}
