package io.github.qwenvlspark.pipeline.simulate;

import io.github.qwenvlspark.pipeline.config.BadRequestException;

/**
 * What goes wrong in a simulation.
 *
 * @param lostPerDay how often a day one executor is lost, on average
 * @param replacedAfter seconds until another one has its model loaded
 * @param driverLostPerDay how often a day the driver is lost, on average; the scheduler starts it
 *     again
 * @param slowShare share of the executors that are slow
 * @param slowSpeed speed of these, as a part of the others'
 */
public record Faults(
    double lostPerDay,
    double replacedAfter,
    double driverLostPerDay,
    double slowShare,
    double slowSpeed) {
  /** All goes well. */
  public static final Faults NONE = new Faults(0, 0, 0, 0, 1);

  public Faults {
    if (!(lostPerDay >= 0 && replacedAfter >= 0 && driverLostPerDay >= 0)) {
      throw new BadRequestException(
          "--lost-per-day %s, --replaced-after %s, --driver-lost-per-day %s: numbers of at least 0 are needed"
              .formatted(lostPerDay, replacedAfter, driverLostPerDay));
    }
    if (!(slowShare >= 0 && slowShare <= 1 && slowSpeed > 0 && slowSpeed <= 1)) {
      throw new BadRequestException(
          "--slow-share %s, --slow-speed %s: a share from 0 to 1 and a speed up to 1 are needed"
              .formatted(slowShare, slowSpeed));
    }
  }
}
